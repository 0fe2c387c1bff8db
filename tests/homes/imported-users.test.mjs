// Users who were imported with ids that name no home: the first sign-in decides it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callerOfIssuer, rowsOf } from '../support/admins.mjs';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { ask, FAULTY } from '../support/faults.mjs';
import { assertOver, importUser, NEW_PASSWORD, storedHome } from '../support/homes.mjs';
import { EMAIL_VARS, resetToken } from '../support/mailbox.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

/** Milliseconds that the decision waits, so that a change overtakes it. */
const OVERTAKEN = 1_200;

const worker = useWorker({ ...FAULTY, homes: 2, vars: EMAIL_VARS });
const database = useDatabase(worker);

const titles = async (caller) => (await caller.get('/api/tasks')).body.map(({ title }) => title);
const counts = (table, userId) => Promise.all(database.all.map((binding) =>
  binding.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?`).bind(userId).first('n')));

describe('The home of an imported user', { timeout: 60_000 }, () => {
  test('is decided by the first sign-in that succeeds', async () => {
    const user = await importUser(database);
    assertDetail(await anonymous(worker).post('/api/auth/signin', { ...user, password: 'b' }), 401, 'Invalid credentials');
    assert.equal(await storedHome(database, user.userId), null);
    const { status, body } = await anonymous(worker).post('/api/auth/signin', user);
    assert.deepEqual([status, body.user_id], [200, user.userId]);
    assert.equal(await storedHome(database, user.userId), 2);
    const caller = new Caller(worker, body.access_token);
    assert.equal((await caller.post('/api/tasks', { title: 'Moved in' })).status, 201);
    assert.equal((await caller.get(`/api/users/${user.userId}/profile`)).body.email, user.email);
    for (const table of ['sessions', 'tasks']) assert.deepEqual(await counts(table, user.userId), [0, 0, 1], table);
  });

  test('has what a token of another issuer has written before', async () => {
    const user = await importUser(database);
    assert.equal((await callerOfIssuer(worker, user.userId).post('/api/tasks', { title: 'By a token' })).status, 201);
    const { body } = await anonymous(worker).post('/api/auth/signin', user);
    assert.deepEqual(await titles(new Caller(worker, body.access_token)), ['By a token']);
  });

  test('is not that of a user of this service, whom nothing asks for', async () => {
    const user = await signUp(worker);
    assert.equal((await callerOfIssuer(worker, user.userId).post('/api/tasks', { title: 'By a token' })).status, 201);
    assert.deepEqual(await titles(user), ['By a token']);
    assert.equal(await storedHome(database, user.userId), null);
  });
});

describe('The first sign-in of an imported user, whose home it decides', { timeout: 120_000 }, () => {
  const admin = () => callerOfIssuer(worker, 'their admin', { role: 'admin' });
  const reset = async ({ email }) => anonymous(worker).post('/api/auth/password/reset', { token: await resetToken(worker, email), password: NEW_PASSWORD });
  for (const [name, end, left] of [
    ['a deletion', ({ userId }) => admin().delete(`/api/admin/users/${userId}`), {}],
    ['a suspension', ({ userId }) => admin().patch(`/api/admin/users/${userId}`, { suspended: true }), { users: 1 }],
    ['a reset of the password', reset, { users: 1 }],
  ]) {
    test(`opens no session where ${name} overtakes it`, async () => {
      const user = await importUser(database);
      const request = { method: 'POST', path: '/api/auth/signin', body: { email: user.email, password: user.password } };
      const response = ask(anonymous(worker), request, { DB: ['ok', { wait: OVERTAKEN }, 'ok'] });
      await sleep(OVERTAKEN / 4);
      assert.ok((await end(user)).status < 300);
      const { status, body } = await response;
      if (status === 200) await assertOver(worker, Object.assign(new Caller(worker, body.access_token), { refreshToken: body.refresh_token }));
      else assert.ok([401, 403].includes(status), JSON.stringify(body));
      assert.deepEqual(await rowsOf(database, user.userId), left);
    });
  }
});
