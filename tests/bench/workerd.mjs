// Runs a bundle in a separate workerd, on a socket that leads straight to the worker: Miniflare's default socket has a proxy in
// front, and `wrangler dev` adds another, which cost more than the worker itself.

import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Log, LogLevel, Miniflare } from 'miniflare';
import workerdPackage from 'workerd';
import { COMPATIBILITY_DATE } from './bundle.mjs';
import { childrenNamed } from './process.mjs';

/** The name by which bindings refer to the worker. */
export const WORKER = 'bench';
/** The name of a worker in front of it. */
const FRONT = 'front';
/** The database's id, by which Miniflare knows it. */
export const DATABASE = 'bench';

/** The processes of all workerds that this run started. */
export const startedPids = [];

/** The bindings of so many homes, DB_1 and on. */
export const homeBindings = (homes) => Object.fromEntries(
  Array.from({ length: homes }, (_, index) => [`DB_${index + 1}`, { type: 'd1', id: `${DATABASE}-${index + 1}` }]));

/** The empty database files that D1 makes for itself, of DB and of so many homes. */
export async function createDatabases(folder, homes = 0) {
  const modules = [{ name: 'index.js', contents: 'export default {}' }];
  const server = await startWorkerd({ modules, storage: folder, env: homeBindings(homes) });
  for (const name of ['DB', ...Object.keys(homeBindings(homes))]) await (await server.database(name)).prepare('SELECT 1').first();
  await server.stop();
}

/** The name of the file in which Miniflare keeps the database of this id: that of its Durable Object. */
export function databaseFile(id = DATABASE) {
  const key = createHash('sha256').update('miniflare-D1DatabaseObject').digest();
  const sign = (data) => createHmac('sha256', key).update(data).digest().subarray(0, 16);
  return `${Buffer.concat([sign(id), sign(sign(id))]).toString('hex')}.sqlite`;
}

/**
 * `modules` are `{ name, contents }`, the main one first; `entrypoints` are further exports with a socket of their own;
 * `env` and `exports` are Miniflare's options for all bindings but texts and the database. `front` is a second worker
 * `{ modules, env }` of the same process, which then receives the requests.
 */
export async function startWorkerd({ modules, storage, bindings = {}, entrypoints = [], env = {}, exports = {}, front }) {
  const before = new Set(childrenNamed('workerd'));
  const host = '127.0.0.1';
  const texts = Object.entries(bindings).map(([name, value]) => [name, { type: 'text', value }]);
  const miniflare = new Miniflare({
    log: new Log(LogLevel.ERROR),
    cf: false,
    resourcePersistencePath: storage,
    workers: [{
      config: {
        name: WORKER,
        compatibilityDate: COMPATIBILITY_DATE,
        manifest: manifestOf(modules),
        env: { DB: { type: 'd1', id: DATABASE }, ...Object.fromEntries(texts), ...env },
        exports,
      },
      dev: { unsafeDirectSockets: ['default', ...entrypoints].map((entrypoint) => ({ host, port: 0, entrypoint })) },
    }, ...(front ? [{
      config: { name: FRONT, compatibilityDate: COMPATIBILITY_DATE, manifest: manifestOf(front.modules), env: front.env },
      dev: { unsafeDirectSockets: [{ host, port: 0, entrypoint: 'default' }] },
    }] : [])],
  });
  await miniflare.ready;
  const [pid] = childrenNamed('workerd').filter((one) => !before.has(one));
  startedPids.push(pid);
  const ports = {};
  for (const entrypoint of ['default', ...entrypoints]) {
    ports[entrypoint] = Number((await miniflare.unsafeGetDirectURL(WORKER, entrypoint)).port);
  }
  if (front) ports.default = Number((await miniflare.unsafeGetDirectURL(FRONT, 'default')).port);
  return { pid, port: ports.default, ports, database: (name = 'DB') => miniflare.getD1Database(name), stop: () => miniflare.dispose() };
}

function manifestOf(modules) {
  const contents = modules.map(({ name, contents }) => [name, { type: name.endsWith('.wasm') ? 'wasm' : 'esm', contents }]);
  return { mainModule: modules[0].name, modulesRoot: '/', modules: Object.fromEntries(contents) };
}

/** Milliseconds from the start of workerd, without Miniflare's own code around it, to the end of its first response. */
export async function firstResponse({ modules, bindings = {}, path, status = 200 }) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-first-'));
  let child;
  let ended;
  const cleanUp = () => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  // An interrupted run skips the code below.
  process.once('exit', cleanUp);
  try {
    for (const { name, contents } of modules) writeFileSync(join(folder, name), contents);
    writeFileSync(join(folder, 'config.capnp'), configuration(modules, bindings));
    const begin = performance.now();
    child = spawn(workerdPackage.default, ['serve', join(folder, 'config.capnp'), '--control-fd=3'], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
    ended = new Promise((resolve) => child.on('exit', resolve));
    const port = await Promise.race([listening(child.stdio[3]), ended.then((code) => { throw new Error(`workerd ended with ${code}`); })]);
    const got = await statusOf(port, path);
    if (got !== status) throw new Error(`The first response of ${path} is ${got}`);
    return performance.now() - begin;
  } finally {
    process.off('exit', cleanUp);
    cleanUp();
    await ended;
  }
}

function configuration(modules, bindings) {
  const module = ({ name }) => `(name = ${JSON.stringify(name)}, ${name.endsWith('.wasm') ? 'wasm' : 'esModule'} = embed ${JSON.stringify(name)})`;
  const binding = ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [${modules.map(module)}],
    compatibilityDate = "${COMPATIBILITY_DATE}",
    bindings = [${Object.entries(bindings).map(binding)}],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);`;
}

function listening(stream) {
  return new Promise((resolve) => {
    let output = '';
    stream.on('data', (text) => {
      output += text;
      const port = /"port":(\d+)/.exec(output);
      if (port) resolve(Number(port[1]));
    });
  });
}

function statusOf(port, path) {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject);
  });
}

/** A port that is free at the moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
