// Stands in front of the built Worker and counts how often a request crosses the boundary between JavaScript and the
// WebAssembly module: calls of what the module imports, and of what it exports. The response tells in `X-Boundary-Calls` how often
// each function was called. A request with `X-Disconnect: 50` is begun so often before, each time to wait for a limiter that never
// responses, and then nobody holds what came of it: by the time that the request itself is served, all garbage is collected.

const calls = new Map();

function counted(functions, direction) {
  return Object.fromEntries(Object.entries(functions).map(([name, value]) => [name, typeof value !== 'function' ? value : (...given) => {
    const key = `${direction} ${name}`;
    calls.set(key, (calls.get(key) ?? 0) + 1);
    return value(...given);
  }]));
}

const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const countedImports = Object.entries(imports).map(([from, functions]) => [from, counted(functions, 'import')]);
  return { exports: counted(new Instance(module, Object.fromEntries(countedImports)).exports, 'export') };
};

// Only now: the bundle makes its instance as soon as it is imported.
const { default: worker, SigninLimiter } = await import('./index.js');

export { SigninLimiter };

const never = { limit: () => new Promise(() => {}) };

function abandon(count, request, env, context) {
  for (let begun = 0; begun < count; begun += 1) worker.fetch(new Request(request), { ...env, AUTH_RATE_LIMIT: never }, context);
}

async function collectGarbage() {
  for (let round = 0; round < 10; round += 1) {
    await scheduler.wait(20);
    globalThis.gc();
  }
  await scheduler.wait(20);
}

export default {
  async fetch(request, env, context) {
    calls.clear();
    const count = Number(request.headers.get('X-Disconnect'));
    if (count > 0) {
      abandon(count, request, env, context);
      await collectGarbage();
    }
    const response = await worker.fetch(request, env, context);
    const headers = new Headers(response.headers);
    headers.set('X-Boundary-Calls', JSON.stringify(Object.fromEntries(calls)));
    return new Response(response.body, { status: response.status, headers });
  },
};
