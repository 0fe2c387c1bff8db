// GET and DELETE /api/auth/sessions: what a user sees of their sessions, and that ending one ends its tokens at once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, randomEmail, signUp } from '../../support/caller.mjs';
import { ask, calls, callsFor, FAULTY } from '../../support/faults.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const PATH = '/api/auth/sessions';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const NINETY_DAYS = 90 * 24 * 3600 * 1000;

const worker = useWorker(FAULTY);
const database = useDatabase(worker);

const from = (userAgent, country) => ({ headers: { 'User-Agent': userAgent, 'CF-IPCountry': country } });
const sessionId = ({ token }) => decodeToken(token).claims.sid;
const refresh = (refreshToken, options) => anonymous(worker).post('/api/auth/refresh', { refresh_token: refreshToken }, options);

async function signIn({ email, password }, options) {
  const { status, body } = await anonymous(worker).post('/api/auth/signin', { email, password }, options);
  assert.equal(status, 200, JSON.stringify(body));
  return Object.assign(new Caller(worker, body.access_token), { refreshToken: body.refresh_token });
}

/** The sessions that a caller sees. */
async function sessionsOf(caller) {
  const { status, body } = await caller.get(PATH);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

async function assertOver(session) {
  assertRevoked(await session.get('/api/tasks'));
  assertDetail(await refresh(session.refreshToken), 401, 'Invalid refresh token');
}

/** A token without a session for the same user, as another service that shares the secret would issue it. */
const withoutSession = ({ userId }) => new Caller(worker, signToken({ sub: userId, exp: now() + 600 }, worker));

describe('The list of sessions', () => {
  test('has each active session, the newest first, and says which one is the caller\'s', async () => {
    const user = await signUp(worker);
    const second = await signIn(user);
    const third = await signIn(user);
    const ids = [third, second, user].map(sessionId);
    for (const caller of [user, second, third]) {
      const sessions = await sessionsOf(caller);
      assert.deepEqual(sessions.map(({ id }) => id), ids);
      assert.deepEqual(sessions.map(({ current }) => current), ids.map((id) => id === sessionId(caller)));
    }
  });

  test('says when each was created, last used and will end', async () => {
    const earliest = Date.now();
    const user = await signUp(worker);
    const [session] = await sessionsOf(user);
    assert.deepEqual(Object.keys(session), ['id', 'created_at', 'last_used_at', 'expires_at', 'user_agent', 'country', 'current']);
    const created = Date.parse(session.created_at);
    assert.equal(session.created_at, new Date(created).toISOString());
    assert.ok(created >= earliest && created <= Date.now(), session.created_at);
    assert.equal(created, parseInt(session.id.replace('-', '').slice(0, 12), 16));
    assert.equal(session.last_used_at, session.created_at);
    assert.equal(Date.parse(session.expires_at) - created, NINETY_DAYS);
  });

  test('moves the last use with a refresh, and with no other request', async () => {
    const user = await signUp(worker, {});
    const [before] = await sessionsOf(user);
    await user.post('/api/tasks', { title: 'Mend the fence' });
    assert.deepEqual(await sessionsOf(user), [before]);
    assert.equal((await refresh(user.refreshToken, from('another program', 'FR'))).status, 200);
    const [after] = await sessionsOf(user);
    assert.ok(after.last_used_at > before.last_used_at, `${before.last_used_at} and ${after.last_used_at}`);
    assert.deepEqual(after, { ...before, last_used_at: after.last_used_at });
  });

  test('shows an end after the year 9999 as the last moment of that year', async () => {
    const user = await signUp(worker);
    await database.home(user.userId).prepare('UPDATE sessions SET expires_at = 9007199254740991 WHERE user_id = ?').bind(user.userId).run();
    const [session] = await sessionsOf(user);
    assert.equal(session.expires_at, '9999-12-31T23:59:59.999Z');
  });

  test('has no expired session', async () => {
    const user = await signUp(worker);
    const second = await signIn(user);
    await database.home(user.userId).prepare('UPDATE sessions SET expires_at = ? WHERE id = ?').bind(Date.now() - 1, sessionId(user)).run();
    assert.deepEqual((await sessionsOf(second)).map(({ id }) => id), [sessionId(second)]);
    assertRevoked(await user.get(PATH));
  });

  test('has no session of another user', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    assert.deepEqual((await sessionsOf(user)).map(({ id }) => id), [sessionId(user)]);
    assert.deepEqual((await sessionsOf(other)).map(({ id }) => id), [sessionId(other)]);
  });

  test('is empty for another issuer\'s token, whoever its subject is', async () => {
    const user = await signUp(worker);
    assert.deepEqual(await sessionsOf(withoutSession(user)), []);
    assert.deepEqual(await sessionsOf(withoutSession({ userId: 'somebody' })), []);
  });

  test('is 401 without a token and for a session that has ended', async () => {
    assertDetail(await anonymous(worker).get(PATH), 401, 'Authorization header missing');
    const user = await signUp(worker);
    await user.post('/api/auth/signout');
    assertRevoked(await user.get(PATH));
  });
});

describe('The program and the country of a session', () => {
  const described = async (caller) => {
    const session = (await sessionsOf(caller)).find(({ current }) => current);
    return [session.user_agent, session.country];
  };

  test('are those of the request that opened it, whichever route did', async () => {
    const email = randomEmail();
    const signedUp = await anonymous(worker).post('/api/auth/signup', { email, password: GOOD_PASSWORD }, from(FIREFOX, 'DE'));
    assert.deepEqual(await described(new Caller(worker, signedUp.body.access_token)), [FIREFOX, 'DE']);

    const user = { email, password: GOOD_PASSWORD };
    assert.deepEqual(await described(await signIn(user, from('curl/8.14.1', 'T1'))), ['curl/8.14.1', 'T1']);

    const form = { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': 'python-requests/2.32', 'CF-IPCountry': 'FR' };
    const body = new URLSearchParams({ username: email, password: GOOD_PASSWORD }).toString();
    const { body: tokens } = await anonymous(worker).send('POST', '/auth/token', { headers: form, body });
    assert.deepEqual(await described(new Caller(worker, tokens.access_token)), ['python-requests/2.32', 'FR']);

    const change = { current_password: GOOD_PASSWORD, new_password: 'Another horse 8 battery' };
    const changed = await new Caller(worker, tokens.access_token).post('/api/auth/password', change, from('Safari', 'IT'));
    assert.deepEqual(await described(new Caller(worker, changed.body.access_token)), ['Safari', 'IT']);
  });

  test('are null where the request does not say', async () => {
    const user = await signUp(worker);
    for (const [userAgent, country] of [[undefined, undefined], ['', ''], ['', 'XX'], [undefined, 'Germany']]) {
      assert.deepEqual(await described(await signIn(user, from(userAgent, country))), [null, null], `${userAgent}, ${country}`);
    }
  });

  test('are cut to 256 characters', async () => {
    const user = await signUp(worker);
    const long = 'a'.repeat(257);
    assert.deepEqual(await described(await signIn(user, from(long, 'DE'))), [long.slice(0, 256), 'DE']);
    assert.deepEqual(await described(await signIn(user, from(long.slice(1), 'DE'))), [long.slice(1), 'DE']);
  });

  test('may hold anything that a header may', async () => {
    const user = await signUp(worker);
    const program = `"\\'; DROP TABLE sessions --\t{}`;
    assert.deepEqual(await described(await signIn(user, from(program, 'DE'))), [program, 'DE']);
  });
});

describe('Ending one session', () => {
  const end = (caller, id) => caller.delete(`/api/auth/sessions/${id}`);

  test('ends its tokens at once, and no other session', async () => {
    const user = await signUp(worker);
    const [second, third] = [await signIn(user), await signIn(user)];
    const response = await end(user, sessionId(second));
    assert.equal(response.status, 204);
    assert.equal(response.body, null);
    await assertOver(second);
    assert.deepEqual((await sessionsOf(third)).map(({ id }) => id), [sessionId(third), sessionId(user)]);
    assertDetail(await end(user, sessionId(second)), 404, 'Session not found');
  });

  test('may end the caller\'s own', async () => {
    const user = await signUp(worker);
    assert.equal((await end(user, sessionId(user))).status, 204);
    await assertOver(user);
  });

  test('is 404 for another user\'s session, which stays', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    assertDetail(await end(user, sessionId(other)), 404, 'Session not found');
    assert.equal((await other.get('/api/tasks')).status, 200);
  });

  test('is 404 for an unknown, an expired and a malformed id', async () => {
    const user = await signUp(worker);
    const expired = await signIn(user);
    await database.home(user.userId).prepare('UPDATE sessions SET expires_at = ? WHERE id = ?').bind(Date.now() - 1, sessionId(expired)).run();
    const own = sessionId(user);
    for (const id of ['0192f0a1-7c3b-7def-8abc-000000000000', sessionId(expired), 'x', '%00', '%ff', own.toUpperCase(), own.replaceAll('-', ''), `${own}%00`, 'x'.repeat(2_000)]) {
      assertDetail(await end(user, id), 404, 'Session not found');
    }
    assert.equal((await user.get('/api/tasks')).status, 200);
  });

  test('is 404 for another issuer\'s token, even one that names the user', async () => {
    const user = await signUp(worker);
    assertDetail(await end(withoutSession(user), sessionId(user)), 404, 'Session not found');
    assert.equal((await user.get('/api/tasks')).status, 200);
  });

  test('is 401 for a session that has ended, whatever the id', async () => {
    const user = await signUp(worker);
    const second = await signIn(user);
    await second.post('/api/auth/signout');
    for (const id of [sessionId(user), sessionId(second), 'x']) assertRevoked(await end(second, id));
    assert.equal((await user.get('/api/tasks')).status, 200);
  });
});

describe('Ending all other sessions', () => {
  test('leaves the caller\'s, and those of other users', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    const [second, third] = [await signIn(user), await signIn(user)];
    const response = await second.delete(PATH);
    assert.equal(response.status, 204);
    assert.equal(response.body, null);
    for (const over of [user, third]) await assertOver(over);
    assert.deepEqual((await sessionsOf(second)).map(({ id }) => id), [sessionId(second)]);
    assert.equal((await refresh(second.refreshToken)).status, 200);
    assert.equal((await other.get('/api/tasks')).status, 200);
    assert.equal((await second.delete(PATH)).status, 204, 'there are none');
  });

  test('is 204 for another issuer\'s token, and ends nothing', async () => {
    const user = await signUp(worker);
    assert.equal((await withoutSession(user).delete(PATH)).status, 204);
    assert.equal((await user.get('/api/tasks')).status, 200);
  });

  test('is 401 for a session that has ended, and ends nothing', async () => {
    const user = await signUp(worker);
    const second = await signIn(user);
    await second.post('/api/auth/signout');
    assertRevoked(await second.delete(PATH));
    assert.equal((await user.get('/api/tasks')).status, 200);
  });
});

test('Each of these requests asks the database once', async () => {
  const user = await signUp(worker);
  const second = await signIn(user);
  for (const request of [{ method: 'GET', path: PATH }, { method: 'DELETE', path: `/api/auth/sessions/${sessionId(second)}` }, { method: 'DELETE', path: `${PATH}/x` }, { method: 'DELETE', path: PATH }]) {
    assert.deepEqual(calls(await ask(user, request)), callsFor(user, { single: 1, home: 1 }), `${request.method} ${request.path}`);
  }
});
