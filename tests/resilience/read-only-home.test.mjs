// `npm start` serves at the port that it is given, with a database that has all tables, where the home folder cannot be written.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { test } from 'node:test';
import { inProject } from '../../scripts/shared.mjs';

async function freePort() {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

test('npm start serves at another port, with a home folder that cannot be written', async (context) => {
  const port = await freePort();
  const state = mkdtempSync(join(tmpdir(), 'edge-auth-start-'));
  const { CARGO_HOME = join(homedir(), '.cargo'), RUSTUP_HOME = join(homedir(), '.rustup'), ...inherited } = process.env;
  const start = spawn(process.execPath, [inProject('scripts', 'start.mjs'), '--port', port, '--inspector-port', '0', '--persist-to', state], {
    // Below a file nothing can be created, not even by root.
    env: { ...inherited, CARGO_HOME, RUSTUP_HOME, HOME: '/dev/null', XDG_CONFIG_HOME: '', CI: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [start.stdout, start.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = once(start, 'close');
  context.after(async () => {
    start.kill('SIGTERM');
    await ended;
    rmSync(state, { recursive: true, force: true, maxRetries: 10 });
  });

  const url = `http://localhost:${port}`;
  while (!log.includes(`Ready on ${url}`)) {
    assert.equal(start.exitCode, null, log);
    await new Promise((wake) => setTimeout(wake, 100));
  }
  assert.doesNotMatch(log, /Failed to write/);
  const response = await fetch(`${url}/api/auth/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'Correct horse 9' }),
  });
  assert.equal(response.status, 201, log);
});
