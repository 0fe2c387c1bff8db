// A suspended user: every session is over at once, and none can be opened, by any route and at any moment.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSession, cleanUp, rowsOf, signUpAdmin } from '../support/admins.mjs';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { homeOf } from '../support/database.mjs';
import { ask, FAULTY } from '../support/faults.mjs';
import { decodeToken } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

let admin;
const worker = useWorker({ ...FAULTY, vars: { SIGNIN_MAX_ATTEMPTS: '100' } });
const database = useDatabase(worker);
worker.onStart(async () => {
  admin = await signUpAdmin(worker, database);
});

const setSuspended = (user, suspended) => admin.patch(`/api/admin/users/${user.userId}`, { suspended });
const signIn = ({ email, password }) => anonymous(worker).post('/api/auth/signin', { email, password });
const token = ({ email: username, password }) =>
  anonymous(worker).send('POST', '/auth/token', { headers: FORM, body: `${new URLSearchParams({ username, password })}` });
const refresh = (refresh_token) => anonymous(worker).post('/api/auth/refresh', { refresh_token });
const refreshGrant = (refresh_token) =>
  anonymous(worker).send('POST', '/auth/token', { headers: FORM, body: `${new URLSearchParams({ grant_type: 'refresh_token', refresh_token })}` });

/** A sign-in whose session is opened a second after the password was verified. */
function signInLater(user) {
  const home = homeOf(user);
  const request = { method: 'POST', path: '/api/auth/signin', body: { email: user.email, password: user.password } };
  return ask(anonymous(worker), request, { [home]: [...(home === 'DB' ? ['ok'] : []), { wait: 1_000 }, 'ok'] });
}

async function suspended() {
  const user = await signUp(worker);
  assert.equal((await setSuspended(user, true)).status, 200);
  return user;
}

describe('A suspension', () => {
  test('ends every session at once', async () => {
    const user = await signUp(worker);
    const other = (await signIn(user)).body;
    assert.equal((await setSuspended(user, true)).body.suspended, true);
    for (const accessToken of [user.accessToken, other.access_token]) {
      const caller = new Caller(worker, accessToken);
      assertRevoked(await caller.get('/api/tasks'));
      assertRevoked(await caller.post('/api/tasks', { title: 'Still here' }));
      assert.deepEqual((await caller.get('/api/auth/session')).body, { user: null });
    }
    for (const refreshToken of [user.refreshToken, other.refresh_token]) {
      assertDetail(await refresh(refreshToken), 401, 'Invalid refresh token');
      assertDetail(await refreshGrant(refreshToken), 401, 'Invalid refresh token');
    }
    assert.deepEqual(await rowsOf(database, user.userId), { users: 1 });
  });

  test('by an operator\'s UPDATE ends them as well', async () => {
    const user = await signUp(worker);
    await database.prepare('UPDATE users SET suspended = 1 WHERE id = ?').bind(user.userId).run();
    assertDetail(await refresh(user.refreshToken), 401, 'Invalid refresh token');
    // Another database than DB learns of it by the clean-up.
    if (homeOf(user) !== 'DB') await cleanUp(worker);
    assertRevoked(await user.get('/api/tasks'));
  });

  test('ends no other user\'s session, and an end of a suspension none at all', async () => {
    const [user, other] = [await suspended(), await signUp(worker)];
    assert.equal((await setSuspended(user, false)).body.suspended, false);
    const { body } = await signIn(user);
    await setSuspended(user, false);
    for (const accessToken of [other.accessToken, body.access_token]) {
      assert.equal((await new Caller(worker, accessToken).get('/api/tasks')).status, 200);
    }
    assertRevoked(await user.get('/api/tasks'), 'a session of before stays dead');
  });

  test('keeps the tasks', async () => {
    const user = await signUp(worker);
    const { body: task } = await user.post('/api/tasks', { title: 'Come back' });
    await setSuspended(user, true);
    await setSuspended(user, false);
    const { body } = await signIn(user);
    assert.deepEqual((await new Caller(worker, body.access_token).get('/api/tasks')).body, [task]);
  });
});

describe('The sign-in of a suspended user', () => {
  test('is 403 with the right password, and with a wrong one 401 like any other', async () => {
    const user = await suspended();
    assertDetail(await signIn(user), 403, 'Account suspended');
    assertDetail(await token(user), 403, 'Account suspended');
    assertDetail(await signIn({ ...user, password: 'Wrong horse 7 battery' }), 401, 'Invalid credentials');
    assertDetail(await token({ ...user, password: 'Wrong horse 7 battery' }), 401, 'Incorrect username or password');
    assert.deepEqual(await rowsOf(database, user.userId), { users: 1 });
  });

  test('is an invalid_request in OAuth2\'s words', async () => {
    const { body } = await token(await suspended());
    assert.deepEqual(body, { detail: 'Account suspended', error: 'invalid_request', error_description: 'Account suspended' });
  });

  test('is logged with its reason, once, without the address', async () => {
    const user = await suspended();
    const seen = worker.log().length;
    const { headers } = await signIn(user);
    await worker.printed(new RegExp(`("request_id":"${headers.get('X-Request-Id')}")`));
    const lines = worker.log().slice(seen).split('\n').filter((line) => line.startsWith('{'));
    assert.equal(lines.length, 1, lines.join('\n'));
    const { event, reason, account } = JSON.parse(lines[0]);
    assert.deepEqual({ event, reason }, { event: 'signin_failed', reason: 'suspended' });
    assert.ok(account.length > 20 && !lines[0].includes(user.email));
  });

  test('opens no session while a suspension is under way', async () => {
    const users = await Promise.all(Array.from({ length: 30 }, () => signUp(worker)));
    // Half of the sign-ins wait before they open the session, so that suspensions come in between.
    const signIns = users.map((user, index) => (index % 2 === 0 ? signIn(user) : signInLater(user)));
    await Promise.all(users.map((user) => setSuspended(user, true)));
    const responses = await Promise.all(signIns);
    for (const { body } of responses.filter(({ status }) => status === 200)) {
      assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
      assertDetail(await refresh(body.refresh_token), 401, 'Invalid refresh token');
    }
    const overtaken = responses.filter(({ status }) => status !== 200);
    assert.ok(overtaken.length > 0);
    for (const response of overtaken) assertDetail(response, 403, 'Account suspended');
    for (const { userId } of users) assert.deepEqual(await rowsOf(database, userId), { users: 1 });
  });
});

describe('The refresh of a suspended user', () => {
  test('keeps no session alive while a suspension is under way', async () => {
    for (let round = 0; round < 20; round += 1) {
      const user = await signUp(worker);
      const [refreshed] = await Promise.all([refresh(user.refreshToken), setSuspended(user, true)]);
      if (refreshed.status === 200) assertRevoked(await new Caller(worker, refreshed.body.access_token).get('/api/tasks'));
      else assertDetail(refreshed, 401, 'Invalid refresh token');
      assert.deepEqual(await rowsOf(database, user.userId), { users: 1 });
    }
  });

  test('is 401 even where a session is left, as after a restore of the sessions alone', async () => {
    const user = await suspended();
    const { sid } = decodeToken(user.refreshToken).claims;
    await addSession(database, user, { id: sid, rotatedAt: Date.now(), expiresAt: Date.now() + 60_000 });
    assertDetail(await refresh(user.refreshToken), 401, 'Invalid refresh token');
    assertDetail(await refreshGrant(user.refreshToken), 401, 'Invalid refresh token');
  });
});

test('A suspended administrator administers nothing', async () => {
  const other = await signUpAdmin(worker, database);
  assert.equal((await setSuspended(other, true)).status, 200);
  assertRevoked(await other.get('/api/admin/users'));
  assertRevoked(await other.patch(`/api/admin/users/${other.userId}`, { suspended: false }));
  assertDetail(await signIn(other), 403, 'Account suspended');
});
