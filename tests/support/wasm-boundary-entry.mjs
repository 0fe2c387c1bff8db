// Runs in front of the built Worker and counts the calls between JavaScript and the WebAssembly module during a request: of the
// functions that the module imports, and of those it exports. The response header `X-Boundary-Calls` has the count of each one.
// With `X-Disconnect: 50` it first starts the request 50 times against a rate limiter that never responds, drops the promises as a
// client's disconnect does, collects garbage, and then serves the request.

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

// Imported last, since the bundle creates its instance on import.
const { default: worker, SigninLimiter } = await import('./index.js');

export { SigninLimiter };

const never = { limit: () => new Promise(() => {}) };

function disconnect(count, request, env, context) {
  for (let started = 0; started < count; started += 1) worker.fetch(new Request(request), { ...env, AUTH_RATE_LIMIT: never }, context);
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
      disconnect(count, request, env, context);
      await collectGarbage();
    }
    const response = await worker.fetch(request, env, context);
    const headers = new Headers(response.headers);
    headers.set('X-Boundary-Calls', JSON.stringify(Object.fromEntries(calls)));
    return new Response(response.body, { status: response.status, headers });
  },
};
