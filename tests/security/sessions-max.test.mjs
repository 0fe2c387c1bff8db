// A user has at most SESSIONS_MAX sessions: a leaked password must not fill the database, and a session that was used longest
// ago is the one that its user misses least.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSession } from '../support/admins.mjs';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { decodeToken } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const worker = useWorker({ vars: { SESSIONS_MAX: '2', SIGNIN_MAX_ATTEMPTS: '1000' } });
const database = useDatabase(worker);

async function signIn({ email, password }) {
  const { status, body } = await anonymous(worker).post('/api/auth/signin', { email, password });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const refresh = ({ refresh_token }) => anonymous(worker).post('/api/auth/refresh', { refresh_token });
const list = ({ access_token }) => new Caller(worker, access_token).get('/api/tasks');
const isActive = async (session) => (await list(session)).status === 200;
const first = ({ accessToken, refreshToken }) => ({ access_token: accessToken, refresh_token: refreshToken });

async function sessionCount({ userId }) {
  return (await database.home(userId).prepare('SELECT count(*) AS count FROM sessions WHERE user_id = ?').bind(userId).first()).count;
}

describe('With SESSIONS_MAX=2', { timeout: 60_000 }, () => {
  test('the third sign-in ends the first session, both of its tokens at once', async () => {
    const user = await signUp(worker);
    const second = await signIn(user);
    assert.deepEqual([await isActive(first(user)), await isActive(second)], [true, true]);
    const third = await signIn(user);
    assertRevoked(await list(first(user)));
    assertDetail(await refresh(first(user)), 401, 'Invalid refresh token');
    assert.deepEqual([await isActive(second), await isActive(third)], [true, true]);
    assert.equal(await sessionCount(user), 2);
  });

  test('a sign-in by the password form counts like any other', async () => {
    const user = await signUp(worker);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ username: user.email, password: user.password }).toString();
    for (let time = 0; time < 2; time += 1) assert.equal((await anonymous(worker).send('POST', '/auth/token', { headers, body })).status, 200);
    assertRevoked(await list(first(user)));
    assert.equal(await sessionCount(user), 2);
  });

  test('a refresh counts as use: the session that was not refreshed ends', async () => {
    const user = await signUp(worker);
    const second = await signIn(user);
    const refreshed = await refresh(first(user));
    assert.equal(refreshed.status, 200);
    const third = await signIn(user);
    assertRevoked(await list(second));
    assert.deepEqual([await isActive(refreshed.body), await isActive(third)], [true, true]);
  });

  test('expired sessions count for nothing', async () => {
    const user = await signUp(worker);
    for (const id of ['one', 'two']) await addSession(database, user, { id, rotatedAt: Date.now() + 1_000, expiresAt: Date.now() - 1_000 });
    const second = await signIn(user);
    assert.deepEqual([await isActive(first(user)), await isActive(second)], [true, true]);
  });

  test('the sessions of other users stay', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    for (let time = 0; time < 3; time += 1) await signIn(user);
    assert.ok(await isActive(first(other)));
  });

  test('the new session stays, even where the clock of another isolate was ahead', async () => {
    const user = await signUp(worker);
    await signIn(user);
    await database.home(user.userId).prepare('UPDATE sessions SET rotated_at = ? WHERE user_id = ?').bind(Date.now() + 60_000, user.userId).run();
    assert.ok(await isActive(await signIn(user)));
    assert.equal(await sessionCount(user), 2);
  });

  test('parallel sign-ins never leave more', async () => {
    const user = await signUp(worker);
    const sessions = await Promise.all(Array.from({ length: 12 }, async () => {
      const session = await signIn(user);
      assert.ok(await sessionCount(user) <= 2);
      return session;
    }));
    assert.equal(new Set(sessions.map(({ access_token }) => decodeToken(access_token).claims.sid)).size, 12);
    const active = await Promise.all(sessions.map(isActive));
    assert.equal(active.filter(Boolean).length, 2);
  });
});

test('A lowered SESSIONS_MAX applies from the next sign-in on', { timeout: 60_000 }, async () => {
  const user = await signUp(worker);
  await signIn(user);
  await worker.restart({ vars: { JWT_SECRET: worker.secret, SESSIONS_MAX: '1' } });
  const last = await signIn(user);
  assert.equal(await sessionCount(user), 1);
  assert.ok(await isActive(last));
});
