// POST /auth/revoke (RFC 7009): whichever token of a session is sent, that session is over, and nobody learns from the response
// what the token was.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { homeOf } from '../../support/database.mjs';
import { ask, calls, callsFor, FAULTY } from '../../support/faults.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const FORM = 'application/x-www-form-urlencoded';
const previous = randomBytes(32).toString('base64url');
const betterAuth = randomBytes(32).toString('base64url');

const worker = useWorker({ ...FAULTY, vars: { JWT_SECRET_PREVIOUS: previous, BETTER_AUTH_SECRET: betterAuth } });
const db = useDatabase(worker);

const send = (body, headers) => anonymous(worker).send('POST', '/auth/revoke', { headers: { 'Content-Type': FORM, ...headers }, body: `${new URLSearchParams(body)}` });

async function revoke(token, more) {
  const { status, body } = await send({ token, ...more });
  assert.deepEqual({ status, body }, { status: 200, body: {} });
}

const assertActive = async (user) => assert.equal((await user.get('/api/tasks')).status, 200);
const assertOver = async (user) => {
  assertRevoked(await user.get('/api/tasks'));
  const refreshed = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
  assertDetail(refreshed, 401, 'Invalid refresh token');
};

describe('A revoked token ends its session', () => {
  test('whether it is the refresh token or the access token, and whatever the hint', async () => {
    for (const kind of ['refreshToken', 'accessToken']) {
      for (const hint of [{}, { token_type_hint: 'access_token' }, { token_type_hint: 'refresh_token' }, { token_type_hint: 'nonsense' }, { token_type_hint: '' }]) {
        const user = await signUp(worker);
        await revoke(user[kind], hint);
        await assertOver(user);
      }
    }
  });

  test('and no other session of that user', async () => {
    const user = await signUp(worker);
    const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
    await revoke(body.refresh_token);
    assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
    await assertActive(user);
  });

  test('of any generation', async () => {
    const user = await signUp(worker);
    const { body } = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
    await revoke(user.refreshToken);
    assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
  });

  test('when it has expired, too', async () => {
    const user = await signUp(worker);
    const { claims } = decodeToken(user.accessToken);
    await revoke(signToken({ ...claims, iat: now() - 100, exp: now() - 50 }, worker));
    await assertOver(user);
  });

  test('under the secret before a rotation', async () => {
    const user = await signUp(worker);
    await revoke(signToken(decodeToken(user.accessToken).claims, { secret: previous }));
    await assertOver(user);
  });
});

describe('The response is the same, and nothing ends', () => {
  test('for tokens of other issuers and for text that is not a token', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    const { claims } = decodeToken(user.accessToken);
    const [header, payload] = user.accessToken.split('.');
    for (const token of [
      'nonsense', ' ', 'a.b.c', '..', claims.sid, user.userId, `${user.accessToken}x`, `${header}.${payload}.`, `Bearer ${user.accessToken}`,
      signToken(claims, { secret: betterAuth }), signToken(claims, { secret: randomBytes(32) }),
      signToken(claims, { secret: worker.secret, header: { alg: 'none' } }),
      signToken({ ...claims, sub: other.userId }, worker), signToken({ ...claims, sub: undefined }, worker), signToken({ ...claims, sub: 7 }, worker),
      signToken({ ...claims, sid: undefined }, worker), signToken({ ...claims, sid: [claims.sid] }, worker), signToken({ ...claims, sid: claims.sid.toUpperCase() }, worker),
      signToken({ ...claims, sid: randomUUID() }, worker), 'x'.repeat(60_000),
    ]) await revoke(token);
    await assertActive(user);
    await assertActive(other);
  });

  test('for a token that was revoked before', async () => {
    const user = await signUp(worker);
    for (let n = 0; n < 2; n += 1) await revoke(user.refreshToken);
    await assertOver(user);
  });

  test('whatever the Authorization header says', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    for (const Authorization of ['nonsense', `Bearer ${other.accessToken}`, 'Basic eDp5']) {
      assert.equal((await send({ token: user.refreshToken }, { Authorization })).status, 200);
    }
    await assertOver(user);
    await assertActive(other);
  });
});

describe('A request without a token', () => {
  test('is 422 with OAuth2\'s error', async () => {
    for (const body of [{}, { token: '' }, { token_type_hint: 'access_token' }, { refresh_token: 'x' }]) {
      const response = await send(body);
      assertFieldErrors(response, 'body.token missing');
      assert.equal(response.body.error, 'invalid_request');
      assert.equal(response.body.error_description, 'token: Field required');
    }
  });

  test('is 415 where the body is no form', async () => {
    const response = await send({}, { 'Content-Type': 'application/json' });
    assertDetail(response, 415, 'Unsupported media type: expected application/x-www-form-urlencoded');
  });
});

test('One statement ends a session, and none runs for what names no session', async () => {
  const user = await signUp(worker);
  const statements = async (token) => {
    const request = { method: 'POST', path: '/auth/revoke', body: `${new URLSearchParams({ token })}` };
    const response = await ask(anonymous(worker), request);
    assert.equal(response.status, 200);
    return calls(response);
  };
  const { claims } = decodeToken(user.accessToken);
  for (const token of ['nonsense', signToken(claims, { secret: betterAuth }), signToken({ ...claims, sid: undefined }, worker)]) {
    assert.deepEqual(await statements(token), { DB: 0, SIGNIN_LIMITER: 0 }, token);
  }
  assert.deepEqual(await statements(user.refreshToken), callsFor(user, { single: 1, home: 1 }));
  await assertOver(user);
});

test('A database that is away is 503 with OAuth2\'s error, and the session stays', async () => {
  const user = await signUp(worker);
  const request = { method: 'POST', path: '/auth/revoke', body: `${new URLSearchParams({ token: user.refreshToken })}` };
  const response = await ask(anonymous(worker), request, { [homeOf(user)]: [{ error: 'D1_ERROR: Network connection lost.' }] });
  assertDetail(response, 503, 'Service Unavailable');
  assert.equal(response.body.error, 'temporarily_unavailable');
  await assertActive(user);
  const { count } = await db.home(user.userId).prepare('SELECT count(*) AS count FROM sessions WHERE user_id = ?').bind(user.userId).first();
  assert.equal(count, 1);
});
