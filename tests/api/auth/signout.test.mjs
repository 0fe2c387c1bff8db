// POST /api/auth/signout ends one session at once, with every token of it, and leaves the user's other sessions active.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { homeOf } from '../../support/database.mjs';
import { ask, calls, callsFor, FAULTY } from '../../support/faults.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const worker = useWorker(FAULTY);

const signOut = (caller) => caller.post('/api/auth/signout');

test('returns 204 without a body and revokes the tokens of the session', async () => {
  const user = await signUp(worker);
  const response = await signOut(user);
  assert.equal(response.status, 204);
  assert.equal(response.body, null);
  assertRevoked(await user.get('/api/tasks'));
  assertRevoked(await user.post('/api/tasks', { title: 'too late' }));
  const refreshed = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
  assertDetail(refreshed, 401, 'Invalid refresh token');
});

test('needs neither a body nor a content type', async () => {
  const user = await signUp(worker);
  assert.equal((await user.send('POST', '/api/auth/signout')).status, 204);
  assertRevoked(await user.get('/api/tasks'));
});

test('ends no other session of the user', async () => {
  const user = await signUp(worker);
  const stranger = await signUp(worker);
  const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
  assert.equal((await signOut(user)).status, 204);
  assert.equal((await new Caller(worker, body.access_token).get('/api/tasks')).status, 200);
  assert.equal((await anonymous(worker).post('/api/auth/refresh', { refresh_token: body.refresh_token })).status, 200);
  assert.equal((await stranger.get('/api/tasks')).status, 200);
  const again = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
  assert.equal(again.status, 200);
});

test('revokes every token of the session, from before and after a refresh', async () => {
  const user = await signUp(worker);
  const { body } = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
  assert.equal((await signOut(user)).status, 204);
  assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
});

test('is rejected the second time, since the token is revoked', async () => {
  const user = await signUp(worker);
  assert.equal((await signOut(user)).status, 204);
  assertRevoked(await signOut(user));
});

test('returns 204 for a token without a session, which stays valid', async () => {
  const caller = new Caller(worker, signToken({ sub: 'somebody', exp: now() + 60 }, worker));
  assert.equal((await signOut(caller)).status, 204);
  assert.equal((await caller.get('/api/tasks')).status, 200);
});

test('ends a session only for the user it belongs to', async () => {
  const [user, thief] = [await signUp(worker), await signUp(worker)];
  const { sid } = decodeToken(user.accessToken).claims;
  assertRevoked(await signOut(new Caller(worker, signToken({ sub: thief.userId, sid, exp: now() + 60 }, worker))));
  assert.equal((await user.get('/api/tasks')).status, 200);
});

test('is rejected without a token and with a refresh token', async () => {
  const user = await signUp(worker);
  assertDetail(await signOut(anonymous(worker)), 401, 'Authorization header missing');
  assertDetail(await signOut(new Caller(worker, user.refreshToken)), 401, 'Invalid token');
  assert.equal((await user.get('/api/tasks')).status, 200);
});

describe('with a refresh token and no Authorization header', () => {
  const byRefreshToken = (refreshToken, options) => anonymous(worker).post('/api/auth/signout', { refresh_token: refreshToken }, options);

  async function assertSignedOut(user) {
    assertRevoked(await user.get('/api/tasks'));
    const refreshed = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
    assertDetail(refreshed, 401, 'Invalid refresh token');
  }

  test('ends its session, and no other of that user', async () => {
    const user = await signUp(worker);
    const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
    const response = await byRefreshToken(user.refreshToken);
    assert.equal(response.status, 204);
    assert.equal(response.body, null);
    await assertSignedOut(user);
    assert.equal((await new Caller(worker, body.access_token).get('/api/tasks')).status, 200);
  });

  test('ends the session whatever the generation of the token', async () => {
    const user = await signUp(worker);
    const { body } = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
    assert.equal((await byRefreshToken(user.refreshToken)).status, 204);
    assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
  });

  test('returns 204 whatever the token is, and ends nothing that it does not name', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    const { claims } = decodeToken(user.refreshToken);
    for (const token of ['', 'nonsense', 'a.b.c', user.accessToken, `${user.refreshToken}x`, signToken(claims, worker), signToken(claims, { secret: 'x'.repeat(32) })]) {
      assert.equal((await byRefreshToken(token)).status, 204, token);
    }
    for (let n = 0; n < 2; n += 1) assert.equal((await byRefreshToken(other.refreshToken)).status, 204);
    assert.equal((await user.get('/api/tasks')).status, 200);
  });

  test('needs the token, as a string in JSON', async () => {
    for (const [json, problem] of [[{}, 'body.refresh_token missing'], [{ refresh_token: 7 }, 'body.refresh_token string_type'], [[], 'body dict_type']]) {
      assertFieldErrors(await anonymous(worker).post('/api/auth/signout', json), problem);
    }
    const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'refresh_token=x' };
    assertDetail(await anonymous(worker).send('POST', '/api/auth/signout', form), 415, 'Unsupported media type: expected application/json');
    assertDetail(await byRefreshToken('x'.repeat(65 * 1024)), 413, 'Request body too large');
  });

  test('takes a body in chunks', async () => {
    const user = await signUp(worker);
    async function* chunks() {
      yield Buffer.from('{"refresh_token":');
      yield Buffer.from(`"${user.refreshToken}"}`);
    }
    const headers = { 'Content-Type': 'application/json' };
    assert.equal((await anonymous(worker).send('POST', '/api/auth/signout', { headers, body: chunks() })).status, 204);
    await assertSignedOut(user);
  });

  test('asks the database once, and not at all for what names no session', async () => {
    const user = await signUp(worker);
    const count = async (refresh_token) => calls(await ask(anonymous(worker), { method: 'POST', path: '/api/auth/signout', body: { refresh_token } }));
    assert.deepEqual(await count('nonsense'), { DB: 0, SIGNIN_LIMITER: 0 });
    assert.deepEqual(await count(user.refreshToken), callsFor(user, { single: 1, home: 1 }));
  });

  test('is 503 while the database is away, so that the client tries again', async () => {
    const user = await signUp(worker);
    const request = { method: 'POST', path: '/api/auth/signout', body: { refresh_token: user.refreshToken } };
    assert.equal((await ask(anonymous(worker), request, { [homeOf(user)]: [{ error: 'D1_ERROR: Network connection lost.' }] })).status, 503);
    assert.equal((await user.get('/api/tasks')).status, 200);
  });
});

test('with an Authorization header the body is ignored', async () => {
  const [user, other] = [await signUp(worker), await signUp(worker)];
  const expired = signToken({ ...decodeToken(user.accessToken).claims, exp: now() - 1 }, worker);
  assertDetail(await new Caller(worker, expired).post('/api/auth/signout', { refresh_token: user.refreshToken }), 401, 'Token expired');
  assert.equal((await user.get('/api/tasks')).status, 200);
  assert.equal((await user.post('/api/auth/signout', { refresh_token: other.refreshToken })).status, 204);
  assertRevoked(await user.get('/api/tasks'));
  assert.equal((await other.get('/api/tasks')).status, 200);
});

test('without a token of either kind is 401, whatever the content type', async () => {
  for (const headers of [{}, { 'Content-Type': 'application/json' }, { 'Content-Length': undefined }]) {
    const response = await anonymous(worker).send('POST', '/api/auth/signout', { headers });
    assertDetail(response, 401, 'Authorization header missing');
    assert.equal(response.headers.get('WWW-Authenticate'), 'Bearer');
  }
});
