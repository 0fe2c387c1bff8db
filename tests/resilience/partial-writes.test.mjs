// What a failed write leaves in the database: all of it or nothing, and never twice. Writes fail before the database, after it (the
// result is lost), and inside a transaction, between two statements.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { ask, assertUnavailable, calls, FAULTY } from '../support/faults.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const LOST = 'D1_ERROR: Network connection lost.';
const NOT_EXECUTED = { DB: [{ error: LOST }, 'ok'] };
const RESULT_LOST = { DB: [{ lost: LOST }, 'ok'] };

const worker = useWorker(FAULTY);
const database = useDatabase(worker);

const post = (path, body) => ({ method: 'POST', path, body });

/** 503 after a single attempt, whether it was executed or not. */
async function assertTriedOnce(caller, request, faults) {
  const response = await ask(caller, request, faults);
  assertUnavailable(response, request);
  assert.equal(calls(response).DB, 1, `${request.method} ${request.path}`);
}

describe('A write that did not reach the database', () => {
  test('creates, changes and deletes no task', async () => {
    const user = await signUp(worker);
    const task = (await user.post('/api/tasks', { title: 'Keep calm' })).body;
    const path = `/api/tasks/${task.id}`;
    for (const request of [post('/api/tasks', { title: 'Panic' }), { method: 'PATCH', path, body: { title: 'Panic' } }, { method: 'DELETE', path }]) {
      await assertTriedOnce(user, request, NOT_EXECUTED);
    }
    assert.deepEqual((await user.get('/api/tasks')).body, [task]);
  });

  test('creates no account, so the address can sign up again', async () => {
    for (const path of ['/api/auth/signup', '/auth/register']) {
      const request = post(path, { email: randomEmail(), password: GOOD_PASSWORD, name: 'Grace' });
      await assertTriedOnce(anonymous(worker), request, NOT_EXECUTED);
      assert.equal((await ask(anonymous(worker), request)).status, 201);
    }
  });

  test('ends no session and rotates no refresh token', async () => {
    const user = await signUp(worker);
    await assertTriedOnce(user, post('/api/auth/signout'), NOT_EXECUTED);
    const refresh = post('/api/auth/refresh', { refresh_token: user.refreshToken });
    await assertTriedOnce(anonymous(worker), refresh, NOT_EXECUTED);
    assert.equal((await user.get('/api/tasks')).status, 200);
    assert.equal((await ask(anonymous(worker), refresh)).status, 200);
  });
});

describe('A write whose result is lost', () => {
  test('is executed once and reported as 503', async () => {
    const user = await signUp(worker);
    await assertTriedOnce(user, post('/api/tasks', { title: 'Only once' }), RESULT_LOST);
    const [task, ...others] = (await user.get('/api/tasks')).body;
    assert.deepEqual([task.title, others], ['Only once', []]);
    const path = `/api/tasks/${task.id}`;
    await assertTriedOnce(user, { method: 'PUT', path, body: { completed: true } }, RESULT_LOST);
    assert.equal((await user.get(path)).body.completed, true);
    await assertTriedOnce(user, { method: 'DELETE', path }, RESULT_LOST);
    assertDetail(await user.get(path), 404, 'Task not found');
  });

  test('creates the account, and its owner can sign in', async () => {
    const email = randomEmail();
    const body = { email, password: GOOD_PASSWORD };
    await assertTriedOnce(anonymous(worker), post('/api/auth/signup', body), RESULT_LOST);
    assertDetail(await anonymous(worker).post('/api/auth/signup', body), 409, 'Email already registered');
    assert.equal((await anonymous(worker).post('/api/auth/signin', body)).status, 200);
  });

  test('ends the session', async () => {
    const user = await signUp(worker);
    await assertTriedOnce(user, post('/api/auth/signout'), RESULT_LOST);
    assertRevoked(await user.get('/api/tasks'));
  });

  test('keeps the session: the same refresh token works again at once', async () => {
    const user = await signUp(worker);
    const refresh = post('/api/auth/refresh', { refresh_token: user.refreshToken });
    await assertTriedOnce(anonymous(worker), refresh, RESULT_LOST);
    const again = await ask(anonymous(worker), refresh);
    assert.equal(again.status, 200);
    assert.equal((await new Caller(worker, again.body.access_token).get('/api/tasks')).status, 200);
  });
});

describe('A write that the database aborts', () => {
  /** While `work` runs, a trigger aborts `what`, inside its transaction. */
  async function aborting(what, work) {
    await database.prepare(`CREATE TRIGGER abort_write BEFORE ${what} BEGIN SELECT raise(ABORT, 'aborted'); END`).run();
    try {
      await work();
    } finally {
      await database.prepare('DROP TRIGGER abort_write').run();
    }
  }

  test('creates no account without its session', async () => {
    const request = post('/api/auth/signup', { email: randomEmail(), password: GOOD_PASSWORD });
    await aborting('INSERT ON sessions', async () => {
      assertDetail(await ask(anonymous(worker), request), 500, 'Internal Server Error');
    });
    const { accounts } = await database.prepare('SELECT count(*) AS accounts FROM users WHERE email = ?').bind(request.body.email).first();
    assert.equal(accounts, 0);
    assert.equal((await ask(anonymous(worker), request)).status, 201);
  });

  test('leaves the task unchanged', async () => {
    const user = await signUp(worker);
    const task = (await user.post('/api/tasks', { title: 'Keep calm' })).body;
    for (const [what, method] of [['UPDATE ON tasks', 'PATCH'], ['DELETE ON tasks', 'DELETE']]) {
      await aborting(what, async () => {
        const request = { method, path: `/api/tasks/${task.id}`, body: method === 'PATCH' ? { title: 'Panic' } : undefined };
        assertDetail(await ask(user, request), 500, 'Internal Server Error');
      });
    }
    assert.deepEqual((await user.get('/api/tasks')).body, [task]);
  });

  test('fails a sign-in whose session cannot be stored', async () => {
    const user = await signUp(worker);
    const { email, password } = user;
    await aborting('INSERT ON sessions', async () => {
      assertDetail(await ask(anonymous(worker), post('/api/auth/signin', { email, password })), 500, 'Internal Server Error');
    });
    assert.equal((await anonymous(worker).post('/api/auth/signin', { email, password })).status, 200);
  });
});
