// The memory that a Worker keeps: its isolate's JavaScript heap after forced collections, what its array buffers hold, and the
// memory of its WebAssembly. A process's resident memory also holds the runtime and whatever garbage is not collected yet, and
// differs by half from run to run.

const MIB = 2 ** 20;

/** The flag that the process must have: its inspector does not answer HeapProfiler.collectGarbage. */
export const GC_FLAG = '--expose-gc';

/** Reads the memory of the only worker of a process, in MiB, through V8's inspector on this port. */
export async function isolateMemory(port) {
  const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const { call, context, close } = await connect(webSocketDebuggerUrl);
  try {
    const evaluate = (expression) => call('Runtime.evaluate', { expression, contextId: context });
    // A second collection frees what the finalizers of the first let go.
    for (let count = 0; count < 2; count += 1) {
      const { exceptionDetails } = await evaluate('gc()');
      if (exceptionDetails) throw new Error(`The process has no ${GC_FLAG}: ${exceptionDetails.text}`);
    }
    const { usedSize, backingStorageSize } = await call('Runtime.getHeapUsage');
    return (usedSize + backingStorageSize + await wasmBytes(call, evaluate)) / MIB;
  } finally {
    close();
  }
}

/** `getHeapUsage` does not count it. */
async function wasmBytes(call, evaluate) {
  const { result: { objectId: prototypeObjectId } } = await evaluate('WebAssembly.Memory.prototype');
  const { objects: { objectId } } = await call('Runtime.queryObjects', { prototypeObjectId });
  const functionDeclaration = 'function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }';
  const { result: { value } } = await call('Runtime.callFunctionOn', { objectId, functionDeclaration, returnByValue: true });
  return value;
}

async function connect(url) {
  const socket = new WebSocket(url);
  const waiting = new Map();
  const contexts = [];
  const failed = new Promise((_, reject) => {
    socket.onclose = () => reject(new Error('The inspector closed the connection'));
  });
  failed.catch(() => {});
  socket.onmessage = ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(data);
    if (method === 'Runtime.executionContextCreated') contexts.push(params.context.id);
    waiting.get(id)?.(error ? Promise.reject(new Error(`The inspector: ${error.message}`)) : result);
    waiting.delete(id);
  };
  let sent = 0;
  const call = (method, params = {}) => Promise.race([failed, new Promise((resolve) => {
    sent += 1;
    waiting.set(sent, resolve);
    socket.send(JSON.stringify({ id: sent, method, params }));
  })]);
  await Promise.race([failed, new Promise((resolve) => (socket.onopen = resolve))]);
  // Announces the contexts before it answers.
  await call('Runtime.enable');
  return { call, context: contexts[0], close: () => socket.close() };
}
