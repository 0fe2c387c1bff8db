// Brings the contestants up, one after the other, each with its bundle, its copy of the database and its checked requests.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, load, wire } from './load.mjs';
import { copy, makeTemplate } from './seed.mjs';

/** What the databases of the comparison hold. */
export const SIZE = { users: 10_000, tasks: 100_000, readerTasks: 50 };

const begin = Date.now();
/** A line of progress, with the seconds since the start. */
export const tell = (text) => console.log(`${String(Math.round((Date.now() - begin) / 1000)).padStart(5)} s  ${text}`);

/** Where everything of this run lies; gone when the process ends. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** Each goes into `up`, where they are to be stopped, as `{ id, label, server, requests, bundle, firstAnswer() }`. */
export async function bringUp(contestants, up, { folder, size }) {
  tell(`Filling a database: ${size.users} users, ${size.tasks} tasks`);
  const template = await makeTemplate(join(folder, 'template'), size);
  for (const contestant of contestants) {
    const { id, label } = contestant;
    const reason = contestant.setUp?.(tell);
    if (reason) {
      tell(`${label} is left out: ${reason}`);
      continue;
    }
    tell(`Starting and checking ${label}`);
    const own = join(folder, id);
    const bundle = await contestant.bundle(`${own}-bundle`);
    const file = copy(template, own, contestant.passwords);
    const server = await contestant.start(bundle, own, file);
    const one = { id, label, server, bundle, firstAnswer: contestant.firstAnswer && (() => contestant.firstAnswer(bundle, server)) };
    up.push(one);
    one.requests = await contestant.requests(server);
    await check(one);
  }
}

/** Each request once, and its answer looked at in full. */
export async function check({ label, server, requests }) {
  for (const [row, request] of Object.entries(requests)) {
    const answer = await ask({ port: server.port, ...request });
    const expected = request.status ?? 200;
    if (answer.status !== expected) throw new Error(`${label}, ${row}: ${answer.status}, not ${expected}: ${answer.text}`);
    try {
      request.check(answer);
    } catch (error) {
      throw new Error(`${label}, ${row}: the answer is not right: ${error.message}`);
    }
  }
}

export function put({ server, requests }, row, options) {
  const request = requests[row];
  const port = request.port ?? server.port;
  return load({ pid: server.pid, port, request: wire({ ...request, port }), expected: request.status ?? 200, ...options });
}
