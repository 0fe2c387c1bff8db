// Device tokens: strangers who use up an account's sign-in attempts do not lock out a device on which its user has signed in before.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors } from '../support/assertions.mjs';
import { anonymous, Caller, randomEmail, signUp } from '../support/caller.mjs';
import { derivedKey, guess, signDeviceToken, signIn, SIGN_IN_ROUTES, WRONG } from '../support/device-tokens.mjs';
import { EMAIL_VARS, resetToken } from '../support/mailbox.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const NEW_PASSWORD = 'Another horse 8 battery';
const YEAR = 365 * 86_400;
const ALL_WRONG = [401, 401, 401, 401, 401];

const worker = useWorker({ vars: EMAIL_VARS });

/** An account whose shared attempts strangers have used up. */
async function lockedOut() {
  const user = await signUp(worker);
  assert.deepEqual(await guess(worker, user, 6), [...ALL_WRONG, 429]);
  return user;
}

const isLimited = (response) => {
  assertDetail(response, 429, 'Too many sign-in attempts');
  assert.match(response.headers.get('Retry-After'), /^[1-9]\d*$/);
};

describe('A device token', () => {
  test('comes with a sign-up, a sign-in, a password grant and a change of the password; not with a refresh', async () => {
    const user = await signUp(worker);
    const changed = await user.post('/api/auth/password', { current_password: user.password, new_password: NEW_PASSWORD });
    const signedIn = await signIn(worker, user, NEW_PASSWORD);
    const granted = await SIGN_IN_ROUTES['/auth/token'](worker, { email: user.email, password: NEW_PASSWORD });
    const devices = new Set();
    for (const token of [user.deviceToken, changed.body.device_token, signedIn.body.device_token, granted.body.device_token]) {
      const { claims } = decodeToken(token);
      assert.equal(claims.sub, user.userId);
      assert.ok(Math.abs(claims.exp - now() - YEAR) < 60, 'good for a year');
      devices.add(claims.device);
    }
    assert.equal(devices.size, 4, 'without a device token each is a new device');
    const { status, body } = await anonymous(worker).post('/api/auth/refresh', { refresh_token: signedIn.body.refresh_token });
    assert.deepEqual([status, 'device_token' in body], [200, false]);
    const refreshed = await anonymous(worker).send('POST', '/auth/token', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: granted.body.refresh_token }).toString(),
    });
    assert.deepEqual([refreshed.status, 'device_token' in refreshed.body], [200, false]);
  });

  for (const [path, send] of Object.entries(SIGN_IN_ROUTES)) {
    test(`signs in at ${path} while strangers have used up the attempts; without one even the right password is 429`, async () => {
      const user = await lockedOut();
      const right = { email: user.email, password: user.password };
      isLimited(await send(worker, right));
      const { status, body } = await send(worker, { ...right, device_token: user.deviceToken });
      assert.equal(status, 200);
      assert.equal(decodeToken(body.device_token).claims.device, decodeToken(user.deviceToken).claims.device, 'the same device');
      assert.equal((await send(worker, { ...right, device_token: body.device_token })).status, 200);
      isLimited(await send(worker, right));
    });
  }

  test('that is no string is 422, and an empty one is as none', async () => {
    const { email, password } = await signUp(worker);
    for (const device_token of [null, 5, true, [], {}]) {
      assertFieldErrors(await anonymous(worker).post('/api/auth/signin', { email, password, device_token }), 'body.device_token string_type');
    }
    for (const send of Object.values(SIGN_IN_ROUTES)) assert.equal((await send(worker, { email, password, device_token: '' })).status, 200);
  });

  test('has five attempts in 15 minutes of its own, and leaves the shared ones and another device\'s alone', async () => {
    const user = await signUp(worker);
    const other = (await signIn(worker, user, user.password)).body.device_token;
    const statuses = await Promise.all(Array.from({ length: 60 }, async () => (await signIn(worker, user, WRONG, user.deviceToken)).status));
    assert.equal(statuses.filter((status) => status === 401).length, 5, String(statuses));
    assert.equal(statuses.filter((status) => status === 429).length, 55, String(statuses));
    const limited = await signIn(worker, user, user.password, user.deviceToken);
    isLimited(limited);
    assert.ok(Number(limited.headers.get('Retry-After')) > 800);
    assert.deepEqual(await guess(worker, user, 6, other), [...ALL_WRONG, 429]);
    assert.deepEqual(await guess(worker, user, 6), [...ALL_WRONG, 429]);
  });

  test('makes a successful sign-in clear the count that it was made under, and no other', async () => {
    const user = await signUp(worker);
    const other = (await signIn(worker, user, user.password)).body.device_token;
    for (const token of [undefined, user.deviceToken, other]) assert.deepEqual(await guess(worker, user, 4, token), [401, 401, 401, 401]);
    assert.equal((await signIn(worker, user, user.password, user.deviceToken)).status, 200);
    assert.deepEqual(await guess(worker, user, 2, other), [401, 429]);
    assert.deepEqual(await guess(worker, user, 6, user.deviceToken), [...ALL_WRONG, 429]);
    assert.equal((await signIn(worker, user, user.password)).status, 200, 'the fifth shared attempt');
    assert.deepEqual(await guess(worker, user, 6), [...ALL_WRONG, 429]);
    for (const token of [user.deviceToken, other]) isLimited(await signIn(worker, user, user.password, token));
  });

  test('is as none at all if it is expired, forged, another account\'s or another kind of token', async () => {
    const [user, stranger] = [await lockedOut(), await signUp(worker)];
    const { device } = decodeToken(user.deviceToken).claims;
    const claims = { sub: user.userId, device, exp: now() + 60 };
    const [header, payload, signature] = user.deviceToken.split('.');
    const none = {
      expired: signDeviceToken(worker, user, device, { exp: now() }),
      'without an expiry': signDeviceToken(worker, user, device, { exp: undefined }),
      'signed with the secret itself': signToken(claims, { secret: worker.secret }),
      'signed with the key of refresh tokens': signToken(claims, { secret: derivedKey(worker, 'edge-auth refresh token') }),
      'signed with a key of links': signToken(claims, { secret: derivedKey(worker, 'edge-auth password reset link') }),
      unsigned: signToken(claims, { secret: '', header: { alg: 'none' } }),
      'with another payload': `${header}.${Buffer.from(JSON.stringify({ ...claims, exp: now() + 99 })).toString('base64url')}.${signature}`,
      'without its signature': `${header}.${payload}.`,
      'of another account': stranger.deviceToken,
      'of another account, for this one\'s device': signDeviceToken(worker, stranger, device),
      'without a device': signDeviceToken(worker, user, undefined),
      'with a device of another form': signDeviceToken(worker, user, device.toUpperCase()),
      'an access token': user.accessToken,
      'a refresh token': user.refreshToken,
      empty: '',
      'any text': 'x'.repeat(5000),
    };
    for (const [what, token] of Object.entries(none)) {
      const response = await signIn(worker, user, user.password, token);
      assert.equal(response.status, 429, what);
      isLimited(response);
    }
    assert.equal((await signIn(worker, user, user.password, signDeviceToken(worker, user, device))).status, 200, 'a good one signed the same way');
  });

  test('of another account shares the count of those without one, also for an address without an account', async () => {
    const [victim, stranger] = [await signUp(worker), await signUp(worker)];
    for (const user of [victim, { email: randomEmail() }]) {
      const tokens = [stranger.deviceToken, undefined, 'nonsense', stranger.deviceToken];
      const attempt = async (n) => (await signIn(worker, user, WRONG, tokens[n % tokens.length])).status;
      const statuses = await Promise.all(Array.from({ length: 100 }, (_, n) => attempt(n)));
      assert.equal(statuses.filter((status) => status === 401).length, 5, String(statuses));
      assert.equal(statuses.filter((status) => status === 429).length, 95, String(statuses));
    }
  });

  test('opens nothing by itself, and ends nothing', async () => {
    const user = await signUp(worker);
    const token = user.deviceToken;
    assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, 'Invalid token');
    assert.deepEqual((await new Caller(worker, token).get('/api/auth/session')).body, { user: null });
    assertDetail(await anonymous(worker).post('/api/auth/refresh', { refresh_token: token }), 401, 'Invalid refresh token');
    assertDetail(await anonymous(worker).post('/api/auth/password/reset', { token, password: NEW_PASSWORD }), 400, 'Invalid or expired token');
    assertDetail(await anonymous(worker).post('/api/auth/email/verify', { token }), 400, 'Invalid or expired token');
    assertDetail(await signIn(worker, user, WRONG, token), 401, 'Invalid credentials');
    await anonymous(worker).post('/api/auth/signout', { refresh_token: token });
    await anonymous(worker).send('POST', '/auth/revoke', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ token }).toString(),
    });
    assert.equal((await user.get('/api/tasks')).status, 200);
  });

  test('stays good at a change of the password', async () => {
    const user = await lockedOut();
    const changed = await user.post('/api/auth/password', { current_password: user.password, new_password: NEW_PASSWORD });
    assert.equal(changed.status, 200);
    isLimited(await signIn(worker, user, NEW_PASSWORD));
    for (const token of [user.deviceToken, changed.body.device_token]) {
      assert.equal((await signIn(worker, user, NEW_PASSWORD, token)).status, 200);
    }
  });

  test('is void after a password reset, which clears every count; the next sign-in brings a good one', async () => {
    const user = await lockedOut();
    assert.deepEqual(await guess(worker, user, 6, user.deviceToken), [...ALL_WRONG, 429]);
    const renewed = signDeviceToken(worker, user, decodeToken(user.deviceToken).claims.device, { exp: now() + YEAR });
    const token = await resetToken(worker, user.email);
    assert.equal((await anonymous(worker).post('/api/auth/password/reset', { token, password: NEW_PASSWORD })).status, 204);
    const { status, body } = await signIn(worker, user, NEW_PASSWORD, user.deviceToken);
    assert.equal(status, 200);
    assert.notEqual(decodeToken(body.device_token).claims.device, decodeToken(user.deviceToken).claims.device, 'a new device');
    assert.deepEqual(await guess(worker, user, 6, user.deviceToken), [...ALL_WRONG, 429], 'counted with all others');
    for (const none of [undefined, user.deviceToken, renewed]) isLimited(await signIn(worker, user, NEW_PASSWORD, none));
    assert.equal((await signIn(worker, user, NEW_PASSWORD, body.device_token)).status, 200);
  });

  test('of an account that was deleted is none for a new one with the same address', async () => {
    const former = await signUp(worker);
    assert.equal((await former.post('/api/auth/account/delete', { password: former.password })).status, 204);
    const user = await signUp(worker, { email: former.email });
    assert.deepEqual(await guess(worker, user, 5), ALL_WRONG);
    isLimited(await signIn(worker, user, user.password, former.deviceToken));
    assert.equal((await signIn(worker, user, user.password, user.deviceToken)).status, 200);
  });
});
