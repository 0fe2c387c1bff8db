// What a failed write leaves behind: all of it or nothing, and never two of it. Some fail on the way to the database, some on
// the way back, when nobody knows any more, and some inside, between two statements that belong together.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { ask, assertUnavailable, calls, FAULTY } from '../support/faults.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const LOST = 'D1_ERROR: Network connection lost.';
const ON_THE_WAY = { DB: [{ error: LOST }, 'ok'] };
const ON_THE_WAY_BACK = { DB: [{ lost: LOST }, 'ok'] };

const worker = useWorker(FAULTY);
const database = useDatabase(worker);

const post = (path, body) => ({ method: 'POST', path, body });

/** 503 after a single try, whether it was carried out or not. */
async function assertTriedOnce(caller, request, faults) {
  const response = await ask(caller, request, faults);
  assertUnavailable(response, request);
  assert.equal(calls(response).DB, 1, `${request.method} ${request.path}`);
}

describe('A write that did not arrive', () => {
  test('has made no task, changed none and deleted none', async () => {
    const user = await signUp(worker);
    const task = (await user.post('/api/tasks', { title: 'Keep calm' })).body;
    const path = `/api/tasks/${task.id}`;
    for (const request of [post('/api/tasks', { title: 'Panic' }), { method: 'PATCH', path, body: { title: 'Panic' } }, { method: 'DELETE', path }]) {
      await assertTriedOnce(user, request, ON_THE_WAY);
    }
    assert.deepEqual((await user.get('/api/tasks')).body, [task]);
  });

  test('has made no account: the address is free', async () => {
    for (const path of ['/api/auth/signup', '/auth/register']) {
      const request = post(path, { email: randomEmail(), password: GOOD_PASSWORD, name: 'Grace' });
      await assertTriedOnce(anonymous(worker), request, ON_THE_WAY);
      assert.equal((await ask(anonymous(worker), request)).status, 201);
    }
  });

  test('has ended no session, and used up no refresh token', async () => {
    const user = await signUp(worker);
    await assertTriedOnce(user, post('/api/auth/signout'), ON_THE_WAY);
    const refresh = post('/api/auth/refresh', { refresh_token: user.refreshToken });
    await assertTriedOnce(anonymous(worker), refresh, ON_THE_WAY);
    assert.equal((await user.get('/api/tasks')).status, 200);
    assert.equal((await ask(anonymous(worker), refresh)).status, 200);
  });
});

describe('A write whose response is lost', () => {
  test('was carried out once, and is not called a success', async () => {
    const user = await signUp(worker);
    await assertTriedOnce(user, post('/api/tasks', { title: 'Only once' }), ON_THE_WAY_BACK);
    const [task, ...others] = (await user.get('/api/tasks')).body;
    assert.deepEqual([task.title, others], ['Only once', []]);
    const path = `/api/tasks/${task.id}`;
    await assertTriedOnce(user, { method: 'PUT', path, body: { completed: true } }, ON_THE_WAY_BACK);
    assert.equal((await user.get(path)).body.completed, true);
    await assertTriedOnce(user, { method: 'DELETE', path }, ON_THE_WAY_BACK);
    assertDetail(await user.get(path), 404, 'Task not found');
  });

  test('has signed up for good: the account is there, and its owner can sign in', async () => {
    const email = randomEmail();
    const body = { email, password: GOOD_PASSWORD };
    await assertTriedOnce(anonymous(worker), post('/api/auth/signup', body), ON_THE_WAY_BACK);
    assertDetail(await anonymous(worker).post('/api/auth/signup', body), 409, 'Email already registered');
    assert.equal((await anonymous(worker).post('/api/auth/signin', body)).status, 200);
  });

  test('has signed out for good', async () => {
    const user = await signUp(worker);
    await assertTriedOnce(user, post('/api/auth/signout'), ON_THE_WAY_BACK);
    assertRevoked(await user.get('/api/tasks'));
  });

  test('has not cost the session: the same refresh token is good again at once', async () => {
    const user = await signUp(worker);
    const refresh = post('/api/auth/refresh', { refresh_token: user.refreshToken });
    await assertTriedOnce(anonymous(worker), refresh, ON_THE_WAY_BACK);
    const again = await ask(anonymous(worker), refresh);
    assert.equal(again.status, 200);
    assert.equal((await new Caller(worker, again.body.access_token).get('/api/tasks')).status, 200);
  });
});

describe('A write that the database breaks off in the middle', () => {
  /** While `work` runs, the database refuses `what`, inside whatever transaction it belongs to. */
  async function refusing(what, work) {
    await database.prepare(`CREATE TRIGGER broken BEFORE ${what} BEGIN SELECT raise(ABORT, 'broken off'); END`).run();
    try {
      await work();
    } finally {
      await database.prepare('DROP TRIGGER broken').run();
    }
  }

  test('leaves no account without its session', async () => {
    const request = post('/api/auth/signup', { email: randomEmail(), password: GOOD_PASSWORD });
    await refusing('INSERT ON sessions', async () => {
      assertDetail(await ask(anonymous(worker), request), 500, 'Internal Server Error');
    });
    const { accounts } = await database.prepare('SELECT count(*) AS accounts FROM users WHERE email = ?').bind(request.body.email).first();
    assert.equal(accounts, 0);
    assert.equal((await ask(anonymous(worker), request)).status, 201);
  });

  test('leaves a task as it was', async () => {
    const user = await signUp(worker);
    const task = (await user.post('/api/tasks', { title: 'Keep calm' })).body;
    for (const [what, method] of [['UPDATE ON tasks', 'PATCH'], ['DELETE ON tasks', 'DELETE']]) {
      await refusing(what, async () => {
        const request = { method, path: `/api/tasks/${task.id}`, body: method === 'PATCH' ? { title: 'Panic' } : undefined };
        assertDetail(await ask(user, request), 500, 'Internal Server Error');
      });
    }
    assert.deepEqual((await user.get('/api/tasks')).body, [task]);
  });

  test('gives no session to who has signed in', async () => {
    const user = await signUp(worker);
    const { email, password } = user;
    await refusing('INSERT ON sessions', async () => {
      assertDetail(await ask(anonymous(worker), post('/api/auth/signin', { email, password })), 500, 'Internal Server Error');
    });
    assert.equal((await anonymous(worker).post('/api/auth/signin', { email, password })).status, 200);
  });
});
