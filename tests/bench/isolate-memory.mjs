// The memory that a Worker keeps: its isolate's JavaScript heap after a forced collection, and the memory of its WebAssembly. A
// process's resident memory also holds the runtime, and whatever garbage was not collected yet: it differs by half from run to run.

const MIB = 2 ** 20;

/** A client of V8's inspector. `{ memory(), close() }` */
export async function inspect(port) {
  const [{ id }] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${id}`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('The inspector accepts no connection'));
  });
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const { id: answered, result, error } = JSON.parse(data);
    waiting.get(answered)?.(error ? Promise.reject(new Error(`The inspector: ${error.message}`)) : result);
    waiting.delete(answered);
  };
  let sent = 0;
  const call = (method, params = {}) => new Promise((resolve) => {
    sent += 1;
    waiting.set(sent, resolve);
    socket.send(JSON.stringify({ id: sent, method, params }));
  });
  await call('Runtime.enable');
  return { memory: () => memory(call), close: () => socket.close() };
}

/** In MiB: the heap in use, with what its array buffers hold, and the memory of all WebAssembly instances. */
async function memory(call) {
  // A second collection frees what the first one's finalizers let go.
  for (let count = 0; count < 2; count += 1) await call('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize, embedderHeapUsedSize } = await call('Runtime.getHeapUsage');
  console.log(usedSize / MIB, backingStorageSize / MIB, embedderHeapUsedSize / MIB);
  const { result: { objectId: prototypeObjectId } } = await call('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects: { objectId } } = await call('Runtime.queryObjects', { prototypeObjectId });
  const functionDeclaration = 'function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }';
  const { result: { value } } = await call('Runtime.callFunctionOn', { objectId, functionDeclaration, returnByValue: true });
  return { heap: usedSize / MIB, buffers: backingStorageSize / MIB, wasm: value / MIB };
}
