// How the cost of this Worker grows with what the database holds: all users' data together, and one user's own. The same
// rounds as in the comparison, only that the contestants are sizes.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { put, tell, workFolder } from './arena.mjs';
import { edgeAuth, startEdgeAuth } from './contestants/edge-auth.mjs';
import { commonRequests } from './contestants/routes.mjs';
import { PAGE, task, READER } from './data.mjs';
import { growthReport } from './growth-report.mjs';
import { ask } from './load.mjs';
import { makeTemplate, setPasswords } from './seed.mjs';

/** The largest page that the service gives. */
const LARGEST_PAGE = 500;

const wholes = [1_000, 10_000, 100_000, 1_000_000].map((count) => (
  { table: 'whole', count, size: { users: count, tasks: count, readerTasks: PAGE }, rows: ['list', 'create', 'signin'] }));
/** Twice a page and more, so that a page in the middle has tasks before and after it. */
const owns = [100, 10_000, 100_000].map((count) => (
  { table: 'own', count, size: { users: 1_000, tasks: count + 1_000, readerTasks: count }, rows: ['list'] }));

export async function grow(options) {
  const folder = workFolder();
  const bundle = await edgeAuth.bundle(join(folder, 'bundle'));
  const stages = [];
  try {
    for (const stage of [...wholes, ...owns].filter(({ count }) => !options.isQuick || count <= 10_000)) {
      stages.push(await open(stage, bundle, join(folder, `${stage.table}-${stage.count}`)));
    }
    await inTurn(stages, -1, options);
    for (const stage of stages) stage.rounds = [];
    for (let round = 0; round < options.rounds; round += 1) {
      tell(`Round ${round + 1} of ${options.rounds}`);
      await inTurn(stages, round, options);
    }
  } finally {
    for (const { server } of stages) await server.stop();
  }
  growthReport(stages.map(({ server: _, requests: __, ...rest }) => rest), options);
}

async function open(stage, bundle, folder) {
  tell(`Filling a database: ${stage.size.users} users, ${stage.size.tasks} tasks, ${stage.size.readerTasks} of them one user's`);
  await makeTemplate(folder, { ...stage.size, isShared: false });
  setPasswords(folder, edgeAuth.passwords);
  const server = await startEdgeAuth(bundle, folder, ['rows-read.mjs']);
  const opened = { ...stage, server, rounds: [] };
  try {
    opened.requests = await commonRequests(server.port);
    const first = stage.table === 'own' ? stage.count / 2 - PAGE / 2 : 0;
    opened.requests.list = await pageFrom(first, opened.requests.list, server.port);
    Object.assign(opened, await countRows(opened.requests.list, first, server.port));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return opened;
}

/** The request for the page that begins with the reader's task of this number, found as a client finds it: page by page. */
async function pageFrom(number, { token }, port) {
  let after = '';
  for (let done = 0; done < number; ) {
    const limit = Math.min(LARGEST_PAGE, number - done);
    const { status, headers, text } = await ask({ path: `/api/tasks?limit=${limit}${after}`, token, port });
    assert.equal(status, 200, text);
    after = `&after=${/[?&]after=([^&>]+)/.exec(headers.link)[1]}`;
    done += limit;
  }
  return { path: `/api/tasks?limit=${PAGE}${after}`, token };
}

/** The answer is the page that it should be, and D1 tells how many rows it took. */
async function countRows(list, first, port) {
  const { body, headers } = await ask({ ...list, port, headers: { 'X-Count-Rows': '1' } });
  assert.deepEqual(body, Array.from({ length: PAGE }, (_, index) => task(first + index, READER.number)));
  const rowsRead = Number(headers['x-rows-read']);
  assert.ok(rowsRead >= PAGE, `The page took ${headers['x-rows-read']} rows: its statements went another way than through DB.prepare`);
  return { rowsShown: body.length, rowsRead };
}

/** Round -1 warms up. */
async function inTurn(stages, round, { milliseconds }) {
  if (round < 0) tell('Warming up');
  for (const row of ['list', 'create', 'signin']) {
    for (let turn = 0; turn < stages.length; turn += 1) {
      const stage = stages[(turn + Math.max(round, 0)) % stages.length];
      if (!stage.rows.includes(row)) continue;
      const connections = row === 'signin' ? 1 : 8;
      (stage.rounds[round] ??= { rows: {} }).rows[row] = await put(stage, row, { connections, milliseconds, atLeast: 3 });
    }
  }
}
