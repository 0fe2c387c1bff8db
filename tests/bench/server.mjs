// A subject's Worker in a workerd of its own, whose CPU time is then what Cloudflare bills, and its storage in another. The
// Worker has the runtime's own D1 binding; behind it is an HTTP connection to the other process instead of a worker in this one.

import { embed, quote, startBareWorkerd, texts } from './bare-workerd.mjs';
import { COMPATIBILITY_DATE } from './bundle.mjs';
import { GC_FLAG } from './isolate-memory.mjs';
import { DATABASE_HEADER, query, startStorage } from './storage.mjs';

/** V8 flags of the Worker's process, which a profile sets. */
export const v8Flags = [];

/**
 * `modules` are `{ name, contents }`, the main one first; `entrypoints` are further exports with a socket of their own;
 * `bindings` are texts; `objects` are the modules that export the Durable Object, which the binding OBJECTS reaches.
 * `startInspected()` starts another process of the Worker on the same storage, whose isolate's memory can be read.
 */
export async function startServer({ modules, storage: folder, bindings = {}, entrypoints = [], objects }) {
  const storage = await startStorage({ folder, objects: objects && { modules: objects, bindings } });
  const startWorker = (flags, options) => startBareWorkerd({
    files: modules,
    configuration: configuration({ modules, bindings, entrypoints, flags, ports: storage.ports }),
    sockets: ['default', ...entrypoints],
    ...options,
  });
  try {
    const worker = await startWorker(v8Flags);
    return {
      pid: worker.pid,
      storagePid: storage.pid,
      port: worker.ports.default,
      ports: worker.ports,
      query: (statements) => query(storage, statements),
      startInspected: () => startWorker([GC_FLAG], { hasInspector: true }),
      stop: () => Promise.all([worker.stop(), storage.stop()]),
    };
  } catch (error) {
    await storage.stop();
    throw error;
  }
}

function configuration({ modules, bindings, entrypoints, flags, ports }) {
  const { name, value } = DATABASE_HEADER;
  const socket = (entrypoint) => `(name = ${quote(entrypoint)}, address = "127.0.0.1:0", http = (), service = ${
    entrypoint === 'default' ? '"main"' : `(name = "main", entrypoint = ${quote(entrypoint)})`})`;
  const objects = ports.objects
    ? { service: `(name = "objects", external = (address = "127.0.0.1:${ports.objects}", http = ())),`, binding: '(name = "OBJECTS", service = "objects"),' }
    : { service: '', binding: '' };
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${flags.map(quote)}],
  services = [
    (name = "main", worker = (
      modules = [${embed(modules)}],
      compatibilityDate = ${quote(COMPATIBILITY_DATE)},
      bindings = [
        ${texts(bindings)} ${objects.binding}
        (name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "d1")])),
      ],
    )),
    (name = "d1", external = (address = "127.0.0.1:${ports.d1}", http = (injectRequestHeaders = [(name = ${quote(name)}, value = ${quote(value)})]))),
    ${objects.service}
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [${['default', ...entrypoints].map(socket)}],
);`;
}
