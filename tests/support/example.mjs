// Starts the production build of examples/nextjs in front of a worker, by the documented command.

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..');
const startTimeout = 60_000;

/** `{ url, mode, database, log(), stop() }`; `database` is Better Auth's file, in its mode. `port` is one of `freePort`. */
export async function startExample(worker, { mode, port, env = {} }) {
  port ??= await freePort();
  const home = mkdtempSync(join(tmpdir(), 'edge-auth-example-'));
  const database = join(home, 'better-auth.sqlite');
  // Its own process group, so that stopping it ends all of its processes.
  const child = spawn(process.execPath, ['examples/nextjs/scripts/start.mjs'], {
    cwd: project,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: port, API_URL: worker.url, AUTH_MODE: mode, BETTER_AUTH_DATABASE: database, ...env },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  let hasEnded = false;
  const ended = new Promise((resolve) => child.on('close', resolve)).then(() => (hasEnded = true));
  const kill = () => {
    if (!hasEnded) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);

  const url = `http://localhost:${port}`;
  const deadline = Date.now() + startTimeout;
  while (!(await fetch(`${url}/sign-in`).then((response) => response.ok, () => false))) {
    if (hasEnded || Date.now() > deadline) {
      kill();
      throw new Error(`The example does not respond at ${url}:\n${log}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return {
    url,
    mode,
    database,
    log: () => log,
    async stop() {
      kill();
      await ended;
      process.off('exit', kill);
      rmSync(home, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** The settings of a Worker that trusts the example's mode `better-auth` on this port, as in its README. */
export function trustExample(port) {
  const url = `http://localhost:${port}`;
  return { TRUSTED_ISSUERS: JSON.stringify([{ issuer: url, jwks_url: `${url}/api/auth/jwks`, audience: url }]) };
}

/** Below those that the system gives to others, who might get it before the example starts. */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => server.once('error', () => resolve(false)).listen(port, () => resolve(true)));
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return String(port);
  }
}
