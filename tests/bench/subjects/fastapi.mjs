// FastAPI on uvicorn, if the machine has a suitable Python. It does not run at the edge, but it is what this Worker replaces.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, inProject, read } from '../../../scripts/shared.mjs';
import { SECRET } from '../data.mjs';
import { sendOnce } from '../load.mjs';
import { freePort } from '../workerd.mjs';
import { requestsOfMany } from './many-users.mjs';

const folder = join(import.meta.dirname, '..', 'fastapi');
const requirements = join('tests', 'bench', 'fastapi', 'requirements.txt');
const home = ['.tools', 'bench-python'];
const python = inProject(...home, 'bin', 'python');

/** Returns the reason why it must be left out, or undefined when everything is installed. */
function setUp(log) {
  const stamp = digest(requirements);
  if (existsSync(python) && read(...home, '.stamp') === stamp) return undefined;
  log('Installing FastAPI into .tools (once)');
  const isRecent = ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'];
  const program = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'].find((name) => spawnSync(name, isRecent).status === 0);
  if (!program) return 'no Python from 3.11 on with venv is on PATH (on Debian or Ubuntu `sudo apt-get install python3-venv`)';
  mkdirSync(inProject(...home), { recursive: true });
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes',
    '--only-binary', ':all:', '--requirement', inProject(requirements)];
  for (const [command, args] of [[program, ['-m', 'venv', '--clear', inProject(...home)]], [python, install]]) {
    const done = spawnSync(command, args, { encoding: 'utf8' });
    if (done.status !== 0) return `its packages cannot be installed: ${(done.stderr || done.stdout || '').trim().split('\n').at(-1)}`;
  }
  writeFileSync(inProject(...home, '.stamp'), stamp);
  return undefined;
}

async function start(database) {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(python, [
    '-m', 'uvicorn', 'app:app', '--app-dir', folder, '--port', String(port), '--log-level', 'warning', '--no-access-log',
  ], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, JWT_SECRET: SECRET, DATABASE: database } });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  for (;;) {
    const status = await sendOnce({ path: '/api/health', port }).then((response) => response.status, () => undefined);
    if (status === 200) return { pid: child.pid, port, stop, database, took: performance.now() - begin };
    if (child.exitCode !== null) throw new Error(`uvicorn ended with ${child.exitCode}`);
    await new Promise((wake) => setTimeout(wake, 1));
  }
}

export const fastapi = {
  id: 'fastapi',
  label: 'FastAPI, SQLModel',
  passwords: 'argon2id',
  setUp,
  bundle: async () => undefined,
  start: (_bundle, _storage, database) => start(database),
  async firstResponse(_bundle, { database }) {
    const server = await start(database);
    await server.stop();
    return server.took;
  },
  async requests(server) {
    const { 'list-foreign': _, ...requests } = await requestsOfMany(server);
    return requests;
  },
};
