// Starts the subjects, one after the other, each with its bundle, its copy of the database and its checked requests.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAGE, USERS_OF_LOAD } from './data.mjs';
import { load, sendOnce, wire } from './load.mjs';
import { copy, makeTemplate } from './seed.mjs';

/** What the databases of the comparison hold. */
export const SIZE = { users: 10_000, tasks: 100_000, readers: USERS_OF_LOAD, readerTasks: PAGE };

const begin = Date.now();
/** A line of progress, with the seconds since the start. */
export const log = (text) => console.log(`${String(Math.round((Date.now() - begin) / 1000)).padStart(5)} s  ${text}`);

/** The folder of all that a run writes; removed when the process exits. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** Adds each to `started` as `{ id, label, server, requests, bundle, firstResponse() }`, so that the caller can stop those that started even if a later one fails. */
export async function startSubjects(subjects, started, { folder, size }) {
  log(`Filling a database: ${size.users} users, ${size.tasks} tasks`);
  const template = await makeTemplate(join(folder, 'template'), size);
  for (const subject of subjects) {
    const { id, label } = subject;
    const reason = subject.setUp?.(log);
    if (reason) {
      log(`${label} is left out: ${reason}`);
      continue;
    }
    log(`Starting and checking ${label}`);
    const own = join(folder, id);
    const bundle = await subject.bundle(`${own}-bundle`);
    const file = copy(template, own, subject.passwords);
    const server = await subject.start(bundle, own, file);
    const one = { id, label, server, bundle, firstResponse: subject.firstResponse && (() => subject.firstResponse(bundle, server)) };
    started.push(one);
    one.requests = await subject.requests(server);
    await check(one);
  }
}

/** Sends each request as some of its users and checks the whole response. */
export async function check({ label, server, requests }) {
  for (const [row, request] of Object.entries(requests)) {
    const all = variants(request);
    for (const { number, ...sent } of [all[0], all[1], all.at(-1)].filter(Boolean)) {
      const response = await sendOnce({ port: server.port, ...sent });
      const expected = request.status ?? 200;
      if (response.status !== expected) throw new Error(`${label}, ${row}: ${response.status}, not ${expected}: ${response.text}`);
      try {
        request.check(response, number);
      } catch (error) {
        throw new Error(`${label}, ${row}: the response is not right: ${error.message}`);
      }
    }
  }
}

/** A request with `tokens` is sent with each of them in turn, and one with `each` with each of these parts instead of its own. */
export function variants({ each, tokens, ...request }) {
  const parts = each ?? tokens?.map((token) => ({ token })) ?? [{}];
  return parts.map((part) => ({ ...request, ...part }));
}

export function applyLoad({ server, requests: rows }, row, options) {
  const port = rows[row].port ?? server.port;
  const requests = variants(rows[row]).map((request) => wire({ ...request, port }));
  return load({ pid: server.pid, storagePid: server.storagePid, port, requests, expected: rows[row].status ?? 200, ...options });
}
