// The workerd that holds a subject's D1 database and Durable Objects, apart from the one of its Worker: as on Cloudflare, what a
// query or an object costs is then not the Worker's CPU time. It runs the code of Miniflare's D1.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { embed, quote, startBareWorkerd, texts } from './bare-workerd.mjs';
import { COMPATIBILITY_DATE } from './bundle.mjs';
import { DATABASE } from './workerd.mjs';

const miniflare = join(dirname(createRequire(import.meta.url).resolve('miniflare')), 'workers');
const file = (name, ...path) => ({ name, contents: readFileSync(join(...path), 'utf8') });
const D1 = [file('entry.worker.js', miniflare, 'd1', 'entry.worker.js'), file('database.worker.js', miniflare, 'd1', 'database.worker.js')];
const EXTENSIONS = [file('shared.js', miniflare, 'shared', 'index.worker.js'), file('zod.js', miniflare, 'shared', 'zod.worker.js')];
const objectServer = file('object-server.mjs', import.meta.dirname, 'workers', 'object-server.mjs');

/** By this header Miniflare's D1 knows the database. */
export const DATABASE_HEADER = { name: 'MF-Namespace', value: DATABASE };

/**
 * `objects` are `{ modules, bindings }` of the Worker that exports the class SigninLimiter, if it has one. The sockets are `d1`,
 * in the protocol of D1's client, and `objects`.
 */
export function startStorage({ folder, objects }) {
  const objectFolder = join(folder, 'objects');
  mkdirSync(objectFolder, { recursive: true });
  return startBareWorkerd({
    files: [...D1, ...EXTENSIONS, ...(objects ? [objectServer, ...objects.modules] : [])],
    configuration: configuration(join(folder, 'd1'), objectFolder, objects),
    sockets: ['d1', ...(objects ? ['objects'] : [])],
  });
}

/** Runs statements and returns the rows of each as arrays. */
export async function query({ ports: { d1 } }, statements) {
  const response = await fetch(`http://127.0.0.1:${d1}/query?resultsFormat=ROWS_AND_COLUMNS`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', [DATABASE_HEADER.name]: DATABASE_HEADER.value },
    body: JSON.stringify(statements),
  });
  const results = await response.json();
  if (!Array.isArray(results)) throw new Error(`D1: ${JSON.stringify(results)}`);
  return results.map((one) => one.results);
}

const configuration = (databases, objectFolder, objects) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "databases", disk = (path = ${quote(databases)}, writable = true)),
    (name = "database", worker = (
      compatibilityDate = "2023-07-24",
      compatibilityFlags = ["nodejs_compat", "experimental"],
      modules = [${embed([D1[1]])}],
      durableObjectNamespaces = [(className = "D1DatabaseObject", uniqueKey = "miniflare-D1DatabaseObject")],
      durableObjectStorage = (localDisk = "databases"),
      bindings = [(name = "MINIFLARE_BLOBS", service = "databases")],
    )),
    (name = "d1", worker = (
      compatibilityDate = "2023-07-24",
      compatibilityFlags = ["enhanced_error_serialization"],
      modules = [${embed([D1[0]])}],
      bindings = [(name = "MINIFLARE_OBJECT", durableObjectNamespace = (className = "D1DatabaseObject", serviceName = "database"))],
    )),
    ${objects ? objectServices(objectFolder, objects) : ''}
  ],
  extensions = [(modules = [
    (name = "miniflare:shared", esModule = embed "shared.js"),
    (name = "miniflare:zod", esModule = embed "zod.js"),
  ])],
  sockets = [${['d1', ...(objects ? ['objects'] : [])].map((name) => `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`)}],
);`;

const objectServices = (folder, { modules, bindings }) => `
    (name = "object-files", disk = (path = ${quote(folder)}, writable = true)),
    (name = "objects", worker = (
      compatibilityDate = ${quote(COMPATIBILITY_DATE)},
      modules = [${embed([objectServer, ...modules])}],
      durableObjectNamespaces = [(className = "SigninLimiter", uniqueKey = "SigninLimiter", enableSql = true)],
      durableObjectStorage = (localDisk = "object-files"),
      bindings = [${texts(bindings)} (name = "SIGNIN_LIMITER", durableObjectNamespace = (className = "SigninLimiter"))],
    )),`;
