// GET /api/auth/account/export: everything about one user, and of nobody else; complete, or visibly broken off; and however much it
// is, in the memory of one page.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { homeOf } from '../../support/database.mjs';
import { ask, assertUnavailable, calls, callsFor, FAULTY } from '../../support/faults.mjs';
import { startIsolatedWorker } from '../../support/isolated-worker.mjs';
import { now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const PATH = '/api/auth/account/export';
const NOW = '2026-11-20T20:25:00.123Z';
const LOST = 'Network connection lost.';
const MIB = 1024 * 1024;

const printStatements = ['run', '--quiet', '--locked', '--example', 'statements'];
const printed = execFileSync('cargo', printStatements, { cwd: join(import.meta.dirname, '..', '..', '..'), encoding: 'utf8' });
const { TASKS_TO_EXPORT } = Object.fromEntries(JSON.parse(printed));

/** Inserts tasks as the API would store them; `description` is an expression of SQL, in which `i` counts from 1. */
async function insertTasks(database, { userId }, count, description) {
  await database.home(userId).prepare(`WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2)
    INSERT INTO tasks SELECT ?1, printf('0192f0a1-7c3b-7def-8abc-%012d', i), 'Task ' || i, ${description}, i % 2, ?3, ?3 FROM numbers`)
    .bind(userId, count, NOW).run();
}

const titles = (count) => Array.from({ length: count }, (_, index) => `Task ${index + 1}`);
const withoutSession = (worker, sub) => new Caller(worker, signToken({ sub, exp: now() + 600 }, worker));

describe('An export', { timeout: 120_000 }, () => {
  const worker = useWorker(FAULTY);
  const database = useDatabase(worker);

  test('is a file with the user, the sessions and the tasks as the API returns them', async () => {
    const user = await signUp(worker, { name: 'Ada' });
    const tasks = [];
    for (const fields of [{ title: 'Mend the fence' }, { title: '"Quoted"\n😀', description: 'Ünïcödé \u0000\u2028', completed: true }]) {
      tasks.push((await user.post('/api/tasks', fields)).body);
    }
    const { body: profile } = await user.get(`/api/users/${user.userId}/profile`);
    const { body: sessions } = await user.get('/api/auth/sessions');
    const { status, headers, body } = await user.get(PATH);
    assert.equal(status, 200);
    assert.equal(headers.get('Content-Type'), 'application/json');
    assert.equal(headers.get('Content-Disposition'), 'attachment; filename="account.json"');
    assert.deepEqual(body, { user: profile, sessions, tasks });
  });

  test('has no tasks where there are none', async () => {
    const { body } = await (await signUp(worker)).get(PATH);
    assert.deepEqual(body.tasks, []);
  });

  test('has nothing of another user', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    await insertTasks(database, other, 10, "'of the other'");
    await user.post('/api/tasks', { title: 'Own' });
    const { body } = await user.get(PATH);
    assert.deepEqual(body.tasks.map(({ title }) => title), ['Own']);
    assert.doesNotMatch(JSON.stringify(body), new RegExp(`${other.userId}|${other.email}`));
  });

  test('has only the tasks of another issuer\'s caller, whose subject may be a user', async () => {
    const user = await signUp(worker);
    await user.post('/api/tasks', { title: 'Own' });
    for (const [sub, count] of [[user.userId, 1], ['somebody else', 0]]) {
      const { status, body } = await withoutSession(worker, sub).get(PATH);
      assert.deepEqual([status, body.user, body.sessions, body.tasks.length], [200, null, [], count]);
    }
  });

  test('has every task once, in their order, whatever they take', async () => {
    const user = await signUp(worker);
    // Tasks without text, of 40,000 octets, and of control characters, over the end of several pages.
    await insertTasks(database, user, 5_000, `CASE WHEN i % 100 = 0 THEN replace(printf('%.10000c', 'x'), 'x', '😀') WHEN i % 100 = 1 THEN replace(printf('%.10000c', 'x'), 'x', char(1)) END`);
    const { body } = await user.get(PATH);
    assert.deepEqual(body.tasks.map(({ title }) => title), titles(5_000));
    assert.equal(body.tasks[99].description, '😀'.repeat(10_000));
  });

  test('reads a page of about a million octets at a time, and at least one task', async () => {
    const user = await signUp(worker);
    await insertTasks(database, user, 4_500, 'NULL');
    // The first tasks get longer texts; the last text is longer than a page.
    for (const [tasks, description, least, most] of [
      [0, 'NULL', 3_000, 4_000], [900, "printf('%.1000c', 'x')", 700, 800], [150, "replace(printf('%.10000c', 'x'), 'x', char(1))", 90, 110], [1, "replace(printf('%.150000c', 'x'), 'x', 'abcdefghij')", 1, 1],
    ]) {
      await database.home(user.userId).prepare(`UPDATE tasks SET description = ${description} WHERE user_id = ?1 AND id <= printf('0192f0a1-7c3b-7def-8abc-%012d', ?2)`).bind(user.userId, tasks).run();
      const rows = await database.home(user.userId).prepare(TASKS_TO_EXPORT).bind(user.userId, null, Date.now(), '').raw();
      assert.ok(rows.length >= least && rows.length <= most, `${description}: ${rows.length}`);
      const octets = rows.reduce((sum, [, task]) => sum + Buffer.byteLength(task), 0);
      assert.ok(octets < 6.5 * MIB, `${description}: ${octets}`);
    }
  });

  test('is answered to HEAD without a body, and without reading a task', async () => {
    const user = await signUp(worker);
    await insertTasks(database, user, 10, 'NULL');
    const response = await ask(user, { method: 'HEAD', path: PATH });
    assert.deepEqual([response.status, response.body], [200, null]);
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="account.json"');
    assert.deepEqual(calls(response), callsFor(user, { single: 1, main: 1, home: 1 }));
  });

  test('is 401 without a token, and for a session that has ended', async () => {
    assertDetail(await anonymous(worker).get(PATH), 401, 'Authorization header missing');
    const user = await signUp(worker);
    // Another session of the user stays active.
    assert.equal((await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password })).status, 200);
    await user.post('/api/auth/signout');
    assertRevoked(await user.get(PATH));
  });

  test('is 503 where the database does not answer before the response begins', async () => {
    const user = await signUp(worker);
    assertUnavailable(await ask(user, { method: 'GET', path: PATH }, { [homeOf(user)]: [{ error: LOST }] }));
  });

  describe('of which a page cannot be read', () => {
    const exportWith = (user, faults) => ask(user, { method: 'GET', path: PATH }, { [homeOf(user)]: faults });

    test('goes on where the second try succeeds', async () => {
      const user = await signUp(worker);
      await insertTasks(database, user, 5_000, 'NULL');
      const { body } = await exportWith(user, ['ok', { error: LOST }, 'ok', { error: LOST }, 'ok']);
      assert.equal(body.tasks.length, 5_000);
    });

    test('breaks off, also before the last bracket, and the log says why', async () => {
      const user = await signUp(worker);
      await insertTasks(database, user, 5_000, 'NULL');
      // The account and two pages with tasks; the third is empty and ends the list.
      for (const before of [2, 3]) {
        await assert.rejects(exportWith(user, [...Array(before).fill('ok'), { error: LOST }]), { code: 'ECONNRESET' }, `after ${before} reads`);
      }
      const line = JSON.parse(await worker.printed(/(\{"event":"unhandled_error","cause":"the export broke off.*\})/));
      assert.equal(line.cause, `the export broke off: Error: ${LOST}`);
      assert.match(line.request_id, /^[\w-]+$/);
    });
  });
});

describe('An export of 100,000 tasks', { timeout: 300_000 }, () => {
  const COUNT = 100_000;
  let isolated, user;
  const worker = useWorker({ entry: 'd1-server-entry.mjs', homes: 0 });
  const database = useDatabase(worker);
  worker.onStart(async () => {
    user = await signUp(worker);
    await insertTasks(database, user, COUNT, "printf('%.700c', 'x')");
    // The response has twice as many bytes as the heap.
    isolated = await startIsolatedWorker(worker, { v8Flags: ['--max-heap-size=48'] });
  });
  worker.onStop(() => isolated?.stop());

  const queries = async () => (await fetch(`${worker.url}/queries`)).json();
  /** The most memory that workerd has had at once, in MiB; 0 where the system does not say. */
  const peak = () => {
    try {
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${isolated.pid}/status`, 'utf8'))[1]) / 1024;
    } catch {
      return 0;
    }
  };

  async function open(token = user.accessToken) {
    const headers = { Authorization: `Bearer ${token}` };
    const [response] = await once(http.get(`${isolated.url}${PATH}`, { headers, agent: false }), 'response');
    assert.equal(response.statusCode, 200);
    return response;
  }

  test('has each once, in flat memory', async () => {
    await new Caller(isolated, user.accessToken).get('/api/tasks?limit=500');
    const before = peak();
    const chunks = await (await open()).toArray();
    const growth = peak() - before;
    const bytes = Buffer.concat(chunks);
    assert.ok(bytes.length > 85 * MIB, `${bytes.length}`);
    const { tasks, sessions, user: { id } } = JSON.parse(bytes.toString());
    assert.deepEqual([id, sessions.length], [user.userId, 1]);
    assert.deepEqual(tasks.map(({ title }) => title), titles(COUNT));
    assert.ok(growth < 60, `workerd took ${growth} MiB more for ${bytes.length / MIB} MiB`);
  });

  test('breaks off once its session has ended, however slowly the client takes it', async () => {
    const { body: { access_token: token } } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
    const response = await open(token);
    await once(response, 'readable');
    assert.equal((await user.delete('/api/auth/sessions')).status, 204);
    await assert.rejects(response.toArray(), { code: 'ECONNRESET' });
  });

  test('is read no faster than the client takes it, and no further once it has gone', async () => {
    const before = await queries();
    const response = await open();
    await once(response, 'readable');
    await sleep(2_000);
    const waiting = await queries();
    // The sockets of both ends hold some pages.
    assert.ok(waiting - before < 40, `${waiting - before} queries while the client does not read`);
    response.destroy();
    await sleep(500);
    const gone = await queries();
    await sleep(1_000);
    assert.equal(await queries(), gone);
    assert.ok(gone - waiting <= 2, `${gone - waiting} queries after the client has gone`);
    // The isolate serves others.
    assert.equal((await new Caller(isolated, user.accessToken).get('/api/tasks')).status, 200);
  });
});
