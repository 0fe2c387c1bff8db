// Starts the built Worker in workerd with a real D1 and a real Durable Object, so that a test observes what a user would observe.
// Each worker has its own ports, settings and storage, so that test files cannot interfere and no .dev.vars is read.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { rawConfig } from './raw-config.mjs';

export { rawConfig };

const project = join(import.meta.dirname, '..', '..');
/** Without the process of its own that `wrangler` puts in front. */
const wrangler = join(project, 'node_modules', 'wrangler', 'wrangler-dist', 'cli.js');
/** Where Node keeps the compiled code of wrangler: a program that is killed writes none, so the one that migrates fills it. */
const compileCache = join(project, 'target', 'compile-cache');
/** How many databases besides DB the workers of this process have, where a test does not say otherwise; new users go to all of them. */
const homesOfProcess = Number(process.env.EDGE_AUTH_TEST_HOMES ?? 0);
const builtBundle = join(project, dirname(rawConfig.main));

/** Ends the whole process group when pipe 3 closes, which also happens if the test process is killed. */
const endWithTest = `
  { read -r _; kill -KILL 0; } <&3 >/dev/null 2>&1 & watch=$!
  "$@"; code=$?
  kill $watch; exit $code`;

/** Cleaned up when the test process ends, if not before: first the processes, then the folders. */
/** Until a test fails whose log line does not come, in milliseconds. */
const PRINT_TIMEOUT = 120_000;

const groups = new Set();
const homes = new Set();
process.on('exit', () => {
  for (const group of groups) group.kill();
  for (const home of homes) rmSync(home, { recursive: true, force: true, maxRetries: 10 });
});
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) process.once(signal, () => process.exit(code));

/**
 * `vars` are settings (`undefined` removes one); `homes` is the number of databases besides DB;
 * `state` is a storage folder that is kept after the worker stops, created if missing;
 * `publicUrl` is the origin that the Worker sees in its requests, for instance with https; `config` replaces entries of wrangler.toml;
 * `bundle` is another folder than build/; `entry` names a module of this folder that runs in front of the bundle, which it imports from ./index.js;
 * `caller` is the configuration of a second Worker, which has service bindings to this one and receives all requests.
 * Ready when it responds: `{ url, state, secret, log(), printed(pattern), stop(), kill() }`.
 */
export async function startWorker({ vars = {}, homes: homesOfTest, state, publicUrl, config = {}, bundle = builtBundle, entry, caller } = {}) {
  const home = newHome();
  const homes = homesOfTest ?? homesOfProcess;
  const open = homesOfTest === undefined && homes > 0 ? { D1_OPEN: `${databases(homes).map(({ binding }) => binding)}` } : {};
  const settings = { ...rawConfig.vars, JWT_SECRET: randomBytes(32).toString('base64url'), ...open, ...vars };
  const storage = state ?? join(home, 'state');
  if (!existsSync(join(storage, 'v3'))) await cp(await migratedState(homes), storage, { recursive: true });

  const main = entry ? await putInFront(join(import.meta.dirname, entry), bundle, join(home, 'worker')) : join(bundle, basename(rawConfig.main));
  const dev = runWrangler(home, {
    vars: settings, rules: [{ type: 'ESModule', globs: ['**/index.js'] }], d1_databases: databases(homes), ...config, main,
  }, [
    'dev', '--local', '--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--persist-to', storage,
    // The Worker of the first configuration receives the requests.
    ...(caller ? ['--config', writeCaller(home, caller)] : []),
    ...(publicUrl ? ['--upstream-protocol', new URL(publicUrl).protocol.slice(0, -1), '--host', new URL(publicUrl).host] : []),
  ]);
  const worker = {
    url: await dev.printed(/Ready on (http:\/\/127\.0\.0\.1:\d+)/),
    state: storage,
    homes,
    secret: settings.JWT_SECRET,
    log: dev.log,
    /** The first group of `pattern`, once the log matches it. */
    printed: dev.printed,
    kill: dev.kill,
    async stop() {
      await dev.kill();
      await removeHome(home);
    },
  };
  const health = await fetch(`${worker.url}/api/health`);
  // A second Worker may serve no such path.
  if (health.status === 200 || (caller && health.status < 500)) {
    dev.unref();
    return worker;
  }
  await worker.stop();
  throw new Error(`GET /api/health returns ${health.status}:\n${worker.log()}`);
}

/** The configuration of DB and of so many homes. */
export function databases(homes) {
  const [main] = rawConfig.d1_databases;
  const further = Array.from({ length: homes }, (_, index) => ({
    binding: `DB_${index + 1}`, database_name: `${main.database_name}-${index + 1}`, migrations_dir: join(main.migrations_dir, 'homes'),
  }));
  return [main, ...further].map((d1) => ({ ...d1, migrations_dir: join(project, d1.migrations_dir) }));
}

/** A state folder with all migrations applied: created once for each set of migrations, since it takes seconds, then copied. */
async function migratedState(homes) {
  const digest = createHash('sha256').update(JSON.stringify(rawConfig.d1_databases));
  for (const { binding, migrations_dir: folder } of databases(homes)) {
    digest.update(binding);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
    for (const name of names) digest.update(name).update(await readFile(join(folder, name)));
  }
  const template = join(project, 'target', 'test-state', digest.digest('hex').slice(0, 16));
  if (existsSync(template)) return template;

  const home = newHome();
  for (const { binding } of databases(homes)) {
    const changes = { main: join(project, rawConfig.main), d1_databases: databases(homes) };
    const migrate = runWrangler(home, changes, ['d1', 'migrations', 'apply', binding, '--local', '--persist-to', join(home, 'state')]);
    const code = await migrate.ended;
    if (code !== 0) throw new Error(`The migrations of ${binding} cannot be applied:\n${migrate.log()}`);
  }
  // Renamed into place when complete. If another process was faster, its folder is equivalent.
  const copy = `${template}-${process.pid}`;
  await cp(join(home, 'state'), copy, { recursive: true });
  await rename(copy, template).catch((error) => existsSync(template) ? rm(copy, { recursive: true }) : Promise.reject(error));
  await removeHome(home);
  return template;
}

function writeCaller(home, caller) {
  const file = join(home, 'caller.json');
  writeFileSync(file, JSON.stringify(caller));
  return file;
}

/** Copies the bundle and the entry module into one folder; returns the path of the entry there. */
async function putInFront(entry, bundle, folder) {
  await cp(bundle, folder, { recursive: true });
  const main = join(folder, basename(entry));
  await cp(entry, main);
  return main;
}

function newHome() {
  const home = mkdtempSync(join(tmpdir(), 'edge-auth-'));
  homes.add(home);
  return home;
}

async function removeHome(home) {
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
  homes.delete(home);
}

/**
 * Runs wrangler on a copy of the project's configuration, so that it neither builds nor shares files. `no_bundle` keeps it from
 * bundling again: with its own bundle, `wrangler dev` reads every body to its end before it sends a response.
 */
function runWrangler(home, changes, args) {
  const { build: _, minify: __, triggers: ___, ...config } = rawConfig;
  if (!existsSync(changes.main)) throw new Error(`${changes.main} does not exist: build the Worker first (npm test does)`);
  const assets = { ...config.assets, directory: join(project, config.assets.directory) };
  const configFile = join(home, 'wrangler.json');
  writeFileSync(configFile, JSON.stringify({ ...config, no_bundle: true, assets, ...changes }));

  const child = spawn('sh', ['-c', endWithTest, 'sh', process.execPath, '--no-warnings', wrangler, ...args, '--config', configFile], {
    cwd: home,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CI: '1',
      NODE_COMPILE_CACHE: compileCache,
      NO_COLOR: '1',
      TMPDIR: home,
      WRANGLER_LOG_PATH: join(home, 'log'),
      WRANGLER_REGISTRY_PATH: join(home, 'registry'),
      WRANGLER_SEND_METRICS: 'false',
      // What a developer looks at in a browser. Without the record of requests, X_LOCAL_OBSERVABILITY, a response to a body that the
      // Worker did not read would sometimes be lost on its way through Wrangler.
      WRANGLER_CI_DISABLE_CONFIG_WATCHING: 'true',
      X_LOCAL_EXPLORER: 'false',
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const handles = [child, ...child.stdio.slice(1)];
  const group = {
    log: () => log,
    ended,
    /** SIGKILL to wrangler and workerd alike. */
    async kill() {
      for (const handle of handles) handle.ref();
      if (groups.delete(group)) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
    /** Lets the test process end while wrangler runs: if no test matches the name filter, no hook stops it. */
    unref() {
      for (const handle of handles) handle.unref();
    },
    /** The first group of `pattern`, once the output matches it. Fails where it does not: node waits for a test as long as it takes. */
    printed: (pattern) => new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(log);
        if (match === null) return;
        stop();
        resolve(match[1]);
      };
      const fail = (reason) => {
        stop();
        reject(new Error(`wrangler ${reason}:\n${log}`));
      };
      const late = setTimeout(() => fail(`has not printed ${pattern}`), PRINT_TIMEOUT);
      const stop = () => {
        clearTimeout(late);
        child.stdout.off('data', look);
      };
      child.stdout.on('data', look);
      look();
      ended.then((code) => fail(`ended with ${code}`));
    }),
  };
  groups.add(group);
  ended.then(() => groups.delete(group));
  return group;
}
