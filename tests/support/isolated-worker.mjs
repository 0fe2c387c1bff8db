// Runs the built Worker in a workerd of its own, with V8 flags, and its D1 database in the workerd of another worker, which
// d1-server-entry.mjs opens: as on Cloudflare, the rows of a query reach the isolate from elsewhere.

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import workerd from 'workerd';
import { rawConfig } from './worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const bundle = join(project, dirname(rawConfig.main));
const main = basename(rawConfig.main);

/**
 * `host` is the worker whose database is used, and `vars` are settings. Unlike with `wrangler dev`, no proxy is in front: a client that
 * disconnects ends its request. `{ url, pid, output(), stop() }` once it listens.
 */
export async function startIsolatedWorker(host, { v8Flags = [], vars = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-'));
  for (const name of [main, 'index_bg.wasm']) cpSync(join(bundle, name), join(folder, name));
  writeFileSync(join(folder, 'config.capnp'), configuration(host, v8Flags, vars));
  const child = spawn(workerd.default, ['serve', '--experimental', join(folder, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const port = await Promise.race([listening(child.stdio[3]), ended.then(() => undefined)]);
  if (port === undefined) {
    await stop();
    throw new Error(`workerd does not start:\n${output}`);
  }
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, output: () => output, stop };
}

function configuration(host, v8Flags, vars) {
  const text = JSON.stringify;
  const settings = Object.entries({ JWT_SECRET: host.secret, ...vars }).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)}),`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ${text(v8Flags)},
  services = [
    (name = "main", worker = (
      modules = [(name = ${text(main)}, esModule = embed ${text(main)}), (name = "index_bg.wasm", wasm = embed "index_bg.wasm")],
      compatibilityDate = ${text(rawConfig.compatibility_date)},
      bindings = [
        ${settings.join(' ')}
        (name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "d1")])),
      ],
    )),
    (name = "internet", network = (allow = ["public", "private", "local"])),
    (name = "d1", external = (address = ${text(new URL(host.url).host)}, http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);`;
}

/** The port that workerd reports on its control stream. */
function listening(stream) {
  return new Promise((resolve) => {
    let output = '';
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      const port = /"port":(\d+)/.exec(output);
      if (port) resolve(Number(port[1]));
    });
  });
}
