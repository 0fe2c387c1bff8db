// How the cost of this Worker grows with what the database holds: all users' data together, the same with their tasks in three
// further databases, and one user's. Rounds as in the comparison, with datasets of different sizes instead of subjects.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PAGE, READER, task } from './data.mjs';
import { circumstances } from './environment.mjs';
import { renderGrowth } from './growth-report.mjs';
import { applyLoad, log, workFolder } from './harness.mjs';
import { sendOnce } from './load.mjs';
import { publish, toJson } from './report.mjs';
import { makeTemplate, setPasswords } from './seed.mjs';
import { edgeAuth, startEdgeAuth } from './subjects/edge-auth.mjs';
import { commonRequests } from './subjects/routes.mjs';

/** The largest page that the service returns. */
const LARGEST_PAGE = 500;

const ofAllUsers = [1_000, 10_000, 100_000, 1_000_000].map((count) => (
  { table: 'all-users', count, size: { users: count, tasks: count, readerTasks: PAGE }, rows: ['list', 'create', 'signin'] }));
/** The readers' home is DB_1, which has a third of the tasks. */
const ofHomes = [1_000, 1_000_000].map((count) => (
  { table: 'homes', count, size: { users: count, tasks: count, readerTasks: PAGE, homes: 3 }, rows: ['list', 'create', 'signin'] }));
/** At least twice a page, so that a page in the middle has tasks before and after it. */
const ofOneUser = [100, 10_000, 100_000].map((count) => (
  { table: 'one-user', count, size: { users: 1_000, tasks: count + 1_000, readerTasks: count }, rows: ['list'] }));

export async function grow(options) {
  const folder = workFolder();
  const bundle = await edgeAuth.bundle(join(folder, 'bundle'));
  const datasets = [];
  try {
    for (const dataset of [...ofAllUsers, ...ofHomes, ...ofOneUser].map((dataset) => options.isQuick ? smaller(dataset) : dataset).filter(Boolean)) {
      datasets.push(await open(dataset, bundle, join(folder, `${dataset.table}-${dataset.count}`)));
    }
    await inTurn(datasets, -1, options);
    for (const dataset of datasets) dataset.rounds = [];
    for (let round = 0; round < options.rounds; round += 1) {
      log(`Round ${round + 1} of ${options.rounds}`);
      await inTurn(datasets, round, options);
    }
  } finally {
    for (const { server } of datasets) await server.stop();
  }
  const result = { ...circumstances(), rounds: options.rounds, datasets: datasets.map(({ server: _, requests: __, ...rest }) => rest) };
  publish(options.out, 'growth', { json: toJson(result), ...renderGrowth(result) });
}

/** For a quick run: none of more than 10,000 tasks, and the largest of the homes with so many. */
function smaller(dataset) {
  if (dataset.count <= 10_000) return dataset;
  return dataset.table === 'homes' ? { ...dataset, count: 10_000, size: { ...dataset.size, users: 10_000, tasks: 10_000 } } : undefined;
}

async function open(dataset, bundle, folder) {
  log(`Filling a database: ${dataset.size.users} users, ${dataset.size.tasks} tasks, ${dataset.size.readerTasks} of them one user's`);
  await makeTemplate(folder, { ...dataset.size, isShared: false });
  setPasswords(folder, edgeAuth.passwords);
  const server = await startEdgeAuth(bundle, folder, ['rows-read.mjs'], { homes: dataset.size.homes });
  const opened = { ...dataset, server, rounds: [] };
  try {
    opened.requests = await commonRequests(server.port);
    const first = dataset.table === 'one-user' ? dataset.count / 2 - PAGE / 2 : 0;
    opened.requests.list = await pageFrom(first, opened.requests.list, server.port);
    Object.assign(opened, await countRows(opened.requests.list, first, server.port, dataset.size.homes));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return opened;
}

/** The request for the page that begins with the reader's task of this number, reached as a client does, page by page. */
async function pageFrom(number, { token }, port) {
  let after = '';
  for (let done = 0; done < number; ) {
    const limit = Math.min(LARGEST_PAGE, number - done);
    const { status, headers, text } = await sendOnce({ path: `/api/tasks?limit=${limit}${after}`, token, port });
    assert.equal(status, 200, text);
    after = `&after=${/[?&]after=([^&>]+)/.exec(headers.link)[1]}`;
    done += limit;
  }
  return { path: `/api/tasks?limit=${PAGE}${after}`, token };
}

/** Checks that the response is the expected page, and returns how many rows D1 read for it. */
async function countRows(list, first, port, homes) {
  const { body, headers } = await sendOnce({ ...list, port, headers: { 'X-Count-Rows': '1' } });
  assert.deepEqual(body, Array.from({ length: PAGE }, (_, index) => task(first + index, READER.number, homes)));
  const rowsRead = Number(headers['x-rows-read']);
  assert.ok(rowsRead >= PAGE, `D1 read ${headers['x-rows-read']} rows for the page: its statements did not go through DB.prepare`);
  return { rowsShown: body.length, rowsRead };
}

/** Round -1 warms up. */
async function inTurn(datasets, round, { milliseconds }) {
  if (round < 0) log('Warming up');
  for (const row of ['list', 'create', 'signin']) {
    for (let turn = 0; turn < datasets.length; turn += 1) {
      const dataset = datasets[(turn + Math.max(round, 0)) % datasets.length];
      if (!dataset.rows.includes(row)) continue;
      const connections = row === 'signin' ? 1 : 8;
      (dataset.rounds[round] ??= { rows: {} }).rows[row] = await applyLoad(dataset, row, { connections, milliseconds, atLeast: 3 });
    }
  }
}
