// Deletions that one request cannot finish, or that fail or are killed half-way: the user is gone at once and nobody sees the tasks
// that are left, until the daily clean-up has deleted them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { addTasks, callerOfIssuer, cleanUp, rowsOf, signUpAdmin } from '../support/admins.mjs';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, signUp } from '../support/caller.mjs';
import { openDatabase } from '../support/database.mjs';
import { ask, assertUnavailable, calls, FAULTY } from '../support/faults.mjs';
import { useDatabase, useWorker, withWorker } from '../support/use-worker.mjs';
import { startWorker } from '../support/worker.mjs';

const statements = Object.fromEntries(JSON.parse(execFileSync('cargo', ['run', '--quiet', '--locked', '--example', 'statements'], {
  cwd: join(import.meta.dirname, '..', '..'), encoding: 'utf8',
})));
const PATH = '/api/auth/account/delete';
const WITHIN_A_REQUEST = 10_000;
const BATCHES_OF_A_CLEAN_UP = 100;
const FIRST_TASK = '/api/tasks/019a9c2e-7b1a-7c3e-9f10-000000099999';

const remove = (user) => user.post(PATH, { password: user.password });

/** A caller of the same subject whose token has no session sees and writes nothing. */
async function assertHidden(worker, userId) {
  const caller = callerOfIssuer(worker, userId);
  for (const [method, path, body] of [
    ['GET', '/api/tasks'], ['GET', '/api/tasks?completed=true&order=desc'], ['GET', '/api/tasks?limit=500'], ['GET', FIRST_TASK],
    ['POST', '/api/tasks', { title: 'One more' }], ['PATCH', FIRST_TASK, { title: 'Changed' }], ['DELETE', FIRST_TASK],
    ['GET', `/api/users/${userId}/profile`], ['GET', '/api/auth/account/export'], ['POST', PATH, {}],
  ]) {
    const response = await (body ? caller[method.toLowerCase()](path, body) : caller.send(method, path));
    assertRevoked(response, `${method} ${path}`);
  }
}

describe('A deletion', () => {
  const worker = useWorker();
  const database = useDatabase(worker);

  test('of 100,000 tasks is answered after some of them, hides the rest, and is finished by the clean-up', { timeout: 120_000 }, async () => {
    const [user, byOperator, other] = [await signUp(worker), await signUp(worker), await signUp(worker)];
    await other.post('/api/tasks', { title: 'Stay' });
    await addTasks(database, user.userId, 100_500);
    await addTasks(database, byOperator.userId, 40_500);
    assert.equal((await remove(user)).status, 204);
    assert.deepEqual(await rowsOf(database, user.userId), { tasks: 100_500 - WITHIN_A_REQUEST, deletions: 1 });
    await database.prepare('DELETE FROM users WHERE id = ?').bind(byOperator.userId).run();
    assert.deepEqual(await rowsOf(database, byOperator.userId), { tasks: 40_500, deletions: 1 });
    for (const { userId } of [user, byOperator]) await assertHidden(worker, userId);
    assertDetail(await other.delete(`/api/admin/users/${user.userId}`), 403, 'Admin access required');
    assert.equal((await rowsOf(database, user.userId)).tasks, 100_500 - WITHIN_A_REQUEST, 'a rejected request deletes nothing');
    assertRevoked(await user.get('/api/tasks'));
    assert.equal((await signUp(worker, { email: user.email })).email, user.email);

    const count = () => database.prepare('SELECT count(*) AS count FROM tasks').first('count');
    const before = await count();
    const first = await cleanUp(worker);
    const left = await count();
    // A thousand tasks a batch, but for the last one of the first user.
    assert.deepEqual({ users: first.users, tasks: first.tasks }, { users: 1, tasks: BATCHES_OF_A_CLEAN_UP * 1_000 - 500 });
    assert.equal(before - left, first.tasks);
    const second = await cleanUp(worker);
    assert.deepEqual({ users: second.users, tasks: second.tasks }, { users: 1, tasks: left - 1 });
    for (const { userId } of [user, byOperator]) assert.deepEqual(await rowsOf(database, userId), {});
    assert.deepEqual(await rowsOf(database, other.userId), { users: 1, sessions: 1, tasks: 1, usage: 1 });
    const { deleted, ...third } = await cleanUp(worker);
    assert.deepEqual([deleted, third.users, third.tasks], [0, 0, 0]);
  });

  test('by another issuer\'s caller rejects the caller until it is finished, and no write comes in between', { timeout: 60_000 }, async () => {
    const sub = 'auth0|ada';
    const caller = callerOfIssuer(worker, sub);
    const created = () => caller.post('/api/tasks', { title: 'In between' });
    await addTasks(database, sub, WITHIN_A_REQUEST + 2_000);
    const writes = Array.from({ length: 30 }, created);
    const deletion = caller.send('POST', PATH);
    writes.push(...Array.from({ length: 30 }, created));
    assert.equal((await deletion).status, 204);
    const responses = await Promise.all(writes);
    for (const response of responses.filter(({ status }) => status !== 201)) assertRevoked(response);
    assert.ok(responses.some(({ status }) => status === 401));
    const { tasks, ...rows } = await rowsOf(database, sub);
    assert.deepEqual(rows, { deletions: 1 });
    assert.equal(tasks, 2_000 + responses.filter(({ status }) => status === 201).length);
    await assertHidden(worker, sub);
    await cleanUp(worker);
    assert.deepEqual(await rowsOf(database, sub), {});
    assert.equal((await created()).status, 201, 'the issuer\'s user may begin afresh');
    assert.equal((await caller.get('/api/tasks')).body.length, 1);
  });
});

test('A batch of a deletion returns no rows to the Worker, and deletes no task of a user whose deletion has not begun', async () => {
  await withWorker({}, async (worker) => {
    const database = await openDatabase(worker);
    try {
      await addTasks(database, 'ada', 10);
      const remove = () => database.prepare(statements.DELETE_TASKS).bind('ada', 5, true).all();
      assert.equal((await remove()).meta.changes, 0);
      await database.prepare('INSERT INTO deletions (user_id) VALUES (?)').bind('ada').run();
      const { results, meta } = await remove();
      assert.deepEqual([results, meta.changes], [[], 5]);
    } finally {
      await database.close();
    }
  });
});

describe('A deletion that fails', () => {
  const worker = useWorker(FAULTY);
  const database = useDatabase(worker);
  const LOST = 'D1_ERROR: Network connection lost.';
  const request = (user) => ({ method: 'POST', path: PATH, body: { password: user.password } });

  async function userWithTasks(count) {
    const user = await signUp(worker);
    await addTasks(database, user.userId, count);
    return user;
  }

  test('before the database deletes nothing', async () => {
    const user = await userWithTasks(3);
    const before = await rowsOf(database, user.userId);
    assertUnavailable(await ask(user, request(user), { DB: ['ok', { error: LOST }] }));
    assert.deepEqual(await rowsOf(database, user.userId), before);
    assert.equal((await user.get('/api/tasks')).body.length, 3);
  });

  test('inside the transaction deletes nothing', async () => {
    const user = await userWithTasks(3);
    const before = await rowsOf(database, user.userId);
    await database.prepare("CREATE TRIGGER abort_write BEFORE DELETE ON tasks BEGIN SELECT raise(ABORT, 'aborted'); END").run();
    try {
      assertDetail(await ask(user, request(user)), 500, 'Internal Server Error');
    } finally {
      await database.prepare('DROP TRIGGER abort_write').run();
    }
    assert.deepEqual(await rowsOf(database, user.userId), before);
    assert.equal((await user.get('/api/tasks')).body.length, 3);
  });

  test('after the transaction has deleted everything, although it is 503', async () => {
    const user = await userWithTasks(3);
    assertUnavailable(await ask(user, request(user), { DB: ['ok', { lost: LOST }] }));
    assert.deepEqual(await rowsOf(database, user.userId), {});
    assertRevoked(await ask(user, request(user)));
  });

  test('while it deletes further tasks is 204 and logged, since the user is gone, and the clean-up finishes it', async () => {
    const admin = await signUpAdmin(worker, database);
    for (const requestOf of [request, ({ userId }) => ({ method: 'DELETE', path: `/api/admin/users/${userId}` })]) {
      const user = await userWithTasks(3_500);
      const own = requestOf === request;
      const response = await ask(own ? user : admin, requestOf(user), { DB: [...(own ? ['ok'] : []), 'ok', 'ok', { error: LOST }] });
      assert.equal(response.status, 204);
      assert.equal(calls(response).DB, own ? 4 : 3);
      await worker.printed(new RegExp(`("event":"unhandled_error".*"request_id":"${response.headers.get('X-Request-Id')}")`));
      assert.deepEqual(await rowsOf(database, user.userId), { tasks: 1_500, deletions: 1 });
      assert.equal((await cleanUp(worker)).tasks, 1_500);
      assert.deepEqual(await rowsOf(database, user.userId), {});
    }
  });
});

test('A deletion survives SIGKILL in its midst, and so does the clean-up that finishes it', { timeout: 180_000 }, async (t) => {
  const state = await mkdtemp(join(tmpdir(), 'edge-auth-deletion-'));
  let worker;
  let database;
  t.after(async () => {
    await database?.close();
    await worker?.stop();
    await rm(state, { recursive: true, force: true, maxRetries: 10 });
  });
  const tasksLeft = (userId) => database.prepare('SELECT count(*) AS count FROM tasks WHERE user_id = ?').bind(userId).first('count');
  /** Kills the worker once fewer tasks than this are left. */
  async function killBelow(count, userId) {
    while ((await tasksLeft(userId)) >= count);
    await worker.kill();
    return tasksLeft(userId);
  }

  worker = await startWorker({ state });
  database = await openDatabase(worker);
  const user = await signUp(worker);
  await addTasks(database, user.userId, 100_000);
  const interrupted = assert.rejects(remove(user));
  let left = await killBelow(100_000, user.userId);
  await interrupted;
  assert.ok(left < 100_000 && left > 100_000 - WITHIN_A_REQUEST, `${left} tasks are left`);
  assert.deepEqual(await rowsOf(database, user.userId), { tasks: left, deletions: 1 });

  const vars = { JWT_SECRET: worker.secret };
  worker = await startWorker({ state, vars });
  await assertHidden(worker, user.userId);
  const { email, password } = user;
  assertDetail(await anonymous(worker).post('/api/auth/signin', { email, password }), 401, 'Invalid credentials');

  const before = await tasksLeft(user.userId);
  const cleaning = assert.rejects(fetch(`${worker.url}/cdn-cgi/local/scheduled`));
  left = await killBelow(before, user.userId);
  await cleaning;
  assert.ok(left < before && left > 0, `${left} tasks are left`);

  worker = await startWorker({ state, vars });
  assert.equal((await cleanUp(worker)).tasks, left);
  assert.deepEqual(await rowsOf(database, user.userId), {});
  t.diagnostic(`killed with ${before} and with ${left} tasks left`);
});
