// POST /api/auth/refresh: a refresh token rotates, two tabs may present it at the same time, and reuse of an older one ends the
// session, since it means that somebody else has a copy (RFC 9700, section 4.14.2).

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const DAY = 24 * 3600;
const GRACE_SECONDS = 10;

const worker = useWorker();
const db = useDatabase(worker);

function tryRefresh(refreshToken, at = worker) {
  return anonymous(at).post('/api/auth/refresh', { refresh_token: refreshToken });
}

async function refresh(refreshToken, at = worker) {
  const { status, body } = await tryRefresh(refreshToken, at);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

async function assertCannotRefresh(refreshToken) {
  assertDetail(await tryRefresh(refreshToken), 401, 'Invalid refresh token');
}

async function assertActive(accessToken) {
  assert.equal((await new Caller(worker, accessToken).get('/api/tasks')).status, 200);
}

async function assertSessionEnded(accessToken) {
  assertRevoked(await new Caller(worker, accessToken).get('/api/tasks'));
}

async function generationOf({ userId }) {
  const { results } = await db.home(userId).prepare('SELECT generation FROM sessions WHERE user_id = ?').bind(userId).all();
  assert.equal(results.length, 1);
  return results[0].generation;
}

describe('A refresh', () => {
  test('returns new tokens of the same session, and the old access token stays valid', async () => {
    const user = await signUp(worker);
    const { access_token, refresh_token, ...rest } = await refresh(user.refreshToken);
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 7 * DAY, user_id: user.userId, email: user.email });
    assert.notEqual(refresh_token, user.refreshToken);
    const { header, claims: { iat, exp, ...claims } } = decodeToken(access_token);
    assert.deepEqual(header, { alg: 'HS256', typ: 'JWT' });
    const { sid } = decodeToken(user.accessToken).claims;
    assert.deepEqual(claims, { sub: user.userId, email: user.email, role: 'user', sid });
    assert.equal(exp - iat, 7 * DAY);
    const rotated = decodeToken(refresh_token).claims;
    assert.equal(rotated.exp - rotated.iat, 30 * DAY);
    await assertActive(access_token);
    await assertActive(user.accessToken);
  });

  test('can be repeated, each time with the latest token', async () => {
    const user = await signUp(worker);
    let { refreshToken } = user;
    for (let n = 0; n < 5; n += 1) ({ refresh_token: refreshToken } = await refresh(refreshToken));
    await assertActive(user.accessToken);
  });

  test('needs no access token and ignores an invalid one in the header', async () => {
    const user = await signUp(worker);
    const { status } = await new Caller(worker, 'nonsense').post('/api/auth/refresh', { refresh_token: user.refreshToken });
    assert.equal(status, 200);
  });
});

describe('The token that was rotated last', () => {
  test('returns the same new generation again, and the tokens of both responses refresh', async () => {
    const user = await signUp(worker);
    const before = await generationOf(user);
    const [first, second] = [await refresh(user.refreshToken), await refresh(user.refreshToken)];
    assert.equal(await generationOf(user), before + 1);
    const [next] = [await refresh(first.refresh_token), await refresh(second.refresh_token)];
    assert.equal(await generationOf(user), before + 2);
    for (const token of [user.accessToken, first.access_token, second.access_token, next.access_token]) await assertActive(token);
  });

  test('rotates the session once for twenty concurrent requests, and the token of each response refreshes', async () => {
    const user = await signUp(worker);
    const before = await generationOf(user);
    const responses = await Promise.all(Array.from({ length: 20 }, () => refresh(user.refreshToken)));
    assert.equal(await generationOf(user), before + 1);
    for (const { access_token } of responses) await assertActive(access_token);
    for (const { refresh_token } of responses) await refresh(refresh_token);
    assert.equal(await generationOf(user), before + 2);
    await assertActive(user.accessToken);
  });

  test('ends the session when it is presented again after ten seconds', async () => {
    const user = await signUp(worker);
    const child = await refresh(user.refreshToken);
    const bystander = await signUp(worker);
    await refresh(bystander.refreshToken);
    await sleep((GRACE_SECONDS + 1) * 1000);
    await assertCannotRefresh(user.refreshToken);
    await assertSessionEnded(user.accessToken);
    await assertSessionEnded(child.access_token);
    await assertCannotRefresh(child.refresh_token);
    await assertActive(bystander.accessToken);
  });

  test('gets no longer grace period from a slow request body', async () => {
    const user = await signUp(worker);
    const body = Buffer.from(JSON.stringify({ refresh_token: user.refreshToken }));
    let child;
    async function* stalled() {
      yield body.subarray(0, 5);
      child = await refresh(user.refreshToken);
      await sleep((GRACE_SECONDS + 1) * 1000);
      yield body.subarray(5);
    }
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    const response = await anonymous(worker).send('POST', '/api/auth/refresh', { headers, body: stalled() });
    assertDetail(response, 401, 'Invalid refresh token');
    await assertSessionEnded(child.access_token);
  });
});

describe('An older token', () => {
  test('ends its session at once, and no other session of the user', async () => {
    const user = await signUp(worker);
    const other = (await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password })).body;
    const child = await refresh(user.refreshToken);
    const grandchild = await refresh(child.refresh_token);
    await assertCannotRefresh(user.refreshToken);
    await assertSessionEnded(user.accessToken);
    await assertSessionEnded(grandchild.access_token);
    await assertCannotRefresh(child.refresh_token);
    await assertCannotRefresh(grandchild.refresh_token);
    await assertActive(other.access_token);
    await refresh(other.refresh_token);
  });

  test('is rejected after a sign-out', async () => {
    const user = await signUp(worker);
    const child = await refresh(user.refreshToken);
    assert.equal((await user.post('/api/auth/signout')).status, 204);
    await assertCannotRefresh(child.refresh_token);
    await assertCannotRefresh(user.refreshToken);
    await assertSessionEnded(child.access_token);
  });
});

describe('An invalid refresh token', () => {
  test('is rejected and leaves the session active', async () => {
    const user = await signUp(worker);
    const { claims } = decodeToken(user.refreshToken);
    const [header, payload, signature] = user.refreshToken.split('.');
    const moved = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
    for (const token of [
      '', 'nonsense', '..', 'a.b.c', user.accessToken, claims.sid, user.userId,
      `${header}.${payload}.`, `${header}.${payload}`, `${user.refreshToken}=`, `${user.refreshToken} `,
      `Bearer ${user.refreshToken}`,
      `${header}.${moved}.${signature}`, signToken(claims, { secret: randomBytes(32) }), signToken(claims, { secret: '' }),
      signToken(claims, { secret: worker.secret, header: { alg: 'none' } }), signToken({ ...claims, exp: now() - 1 }, worker),
    ]) await assertCannotRefresh(token);
    await assertActive(user.accessToken);
    await refresh(user.refreshToken);
  });

  test('is also invalid as an access token: a refresh token opens no route', async () => {
    const user = await signUp(worker);
    assertDetail(await new Caller(worker, user.refreshToken).get('/api/tasks'), 401, 'Invalid token');
  });

  for (const [json, type] of [[{}, 'missing'], [{ refresh_token: null }, 'string_type'], [{ refresh_token: 7 }, 'string_type']]) {
    test(`is 422 for ${JSON.stringify(json)}`, async () => {
      assertFieldErrors(await anonymous(worker).post('/api/auth/refresh', json), `body.refresh_token ${type}`);
    });
  }

  test('cannot be replaced by a value from the database', async () => {
    const user = await signUp(worker);
    await refresh(user.refreshToken);
    const rows = [
      await db.home(user.userId).prepare('SELECT * FROM sessions WHERE user_id = ?').bind(user.userId).first(),
      await db.prepare('SELECT * FROM users WHERE id = ?').bind(user.userId).first(),
    ];
    for (const value of rows.flatMap(Object.values).map(String)) {
      await assertCannotRefresh(value);
      const asBearer = await new Caller(worker, encodeURI(value)).get('/api/tasks');
      assert.equal(asBearer.status, 401);
    }
  });
});

describe('With SESSION_MAX_DAYS=1', () => {
  const shortLived = useWorker({ vars: { SESSION_MAX_DAYS: '1', ACCESS_TOKEN_EXPIRE_MINUTES: '2880' } });

  test('no token expires after the session, however often it is refreshed', async () => {
    const user = await signUp(shortLived);
    const { exp: end, iat: start } = decodeToken(user.accessToken).claims;
    assert.ok(end - start <= DAY && end - start >= DAY - 1, `${end - start} s`);
    assert.equal(decodeToken(user.refreshToken).claims.exp, end);
    await sleep(1100);
    const later = await refresh(user.refreshToken, shortLived);
    const { claims } = decodeToken(later.access_token);
    assert.equal(claims.exp, end);
    assert.ok(claims.iat > start);
    assert.equal(decodeToken(later.refresh_token).claims.exp, end);
    assert.equal(later.expires_in, end - claims.iat);
  });
});

test('an expired session rejects its tokens, whatever their exp claim is', async () => {
  const user = await signUp(worker);
  const { meta } = await db.home(user.userId).prepare('UPDATE sessions SET expires_at = rotated_at WHERE user_id = ?').bind(user.userId).run();
  assert.equal(meta.changes, 1);
  await assertCannotRefresh(user.refreshToken);
  await assertSessionEnded(user.accessToken);
});
