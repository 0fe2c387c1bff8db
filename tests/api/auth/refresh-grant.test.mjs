// POST /auth/token with grant_type=refresh_token (RFC 6749, section 6): the same rotation and detection of reuse as
// /api/auth/refresh, with OAuth2's form, response and errors.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const FORM = 'application/x-www-form-urlencoded';
const INVALID = 'Invalid refresh token';

const worker = useWorker();
const db = useDatabase(worker);

const send = (body, caller = anonymous(worker)) =>
  caller.send('POST', '/auth/token', { headers: { 'Content-Type': FORM }, body: `${new URLSearchParams(body)}` });
const refresh = (refreshToken, caller) => send({ grant_type: 'refresh_token', refresh_token: refreshToken }, caller);
const refreshJson = (refreshToken) => anonymous(worker).post('/api/auth/refresh', { refresh_token: refreshToken });
const list = (accessToken) => new Caller(worker, accessToken).get('/api/tasks');

function assertInvalidGrant(response) {
  assertDetail(response, 401, INVALID);
  assert.equal(response.body.error, 'invalid_grant');
  assert.equal(response.body.error_description, INVALID);
  assert.equal(response.headers.get('WWW-Authenticate'), 'Bearer');
}

describe('The refresh grant', () => {
  test('returns new tokens of the same session in OAuth2\'s form', async () => {
    const user = await signUp(worker);
    const { status, headers, body } = await refresh(user.refreshToken);
    assert.equal(status, 200);
    assert.equal(headers.get('Cache-Control'), 'no-store');
    const { access_token, refresh_token, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 7 * 24 * 3600 });
    assert.equal(decodeToken(access_token).claims.sid, decodeToken(user.accessToken).claims.sid);
    assert.notEqual(refresh_token, user.refreshToken);
    assert.equal((await list(access_token)).status, 200);
  });

  test('alternates with /api/auth/refresh and refreshes what the password grant returned', async () => {
    const user = await signUp(worker);
    const { body: signedIn } = await send({ username: user.email, password: user.password });
    const first = await refresh(signedIn.refresh_token);
    const second = await refreshJson(first.body.refresh_token);
    const third = await refresh(second.body.refresh_token);
    assert.equal(third.status, 200);
    assert.equal((await list(third.body.access_token)).status, 200);
  });

  test('answers the token just used again, and ends the session where it comes back later', async () => {
    const user = await signUp(worker);
    const [first, second] = [await refresh(user.refreshToken), await refresh(user.refreshToken)];
    assert.deepEqual([first.status, second.status], [200, 200]);
    await db.home(user.userId).prepare('UPDATE sessions SET rotated_at = rotated_at - 11000 WHERE user_id = ?').bind(user.userId).run();
    assertInvalidGrant(await refresh(user.refreshToken));
    assertRevoked(await list(first.body.access_token));
    assertInvalidGrant(await refresh(second.body.refresh_token));
    const line = await worker.printed(new RegExp(`("session":"${decodeToken(user.accessToken).claims.sid}".*)`));
    assert.match(line, /request_id/);
  });

  test('ignores what OAuth2 clients add: scope, client and credentials of the client', async () => {
    const user = await signUp(worker);
    const client = anonymous(worker);
    const basic = { Authorization: `Basic ${Buffer.from('web:secret').toString('base64')}`, 'Content-Type': FORM };
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: user.refreshToken, scope: 'tasks', client_id: 'web', username: 'x' });
    assert.equal((await client.send('POST', '/auth/token', { headers: basic, body: `${body}` })).status, 200);
  });

  test('rejects text that is not a refresh token', async () => {
    const user = await signUp(worker);
    const { claims } = decodeToken(user.refreshToken);
    for (const token of ['nonsense', 'a.b.c', user.accessToken, signToken({ ...claims, exp: now() - 1 }, worker), signToken(claims, { secret: randomUUID() })]) {
      assertInvalidGrant(await refresh(token));
    }
    assert.equal((await refresh(user.refreshToken)).status, 200);
  });

  test('needs a refresh token and no password', async () => {
    for (const body of [{}, { refresh_token: '' }, { username: 'ada@example.com', password: 'x' }]) {
      const response = await send({ grant_type: 'refresh_token', ...body });
      assertFieldErrors(response, 'body.refresh_token missing');
      assert.equal(response.body.error, 'invalid_request');
      assert.equal(response.body.error_description, 'refresh_token: Field required');
    }
  });

  test('counts no sign-in attempt', async () => {
    const user = await signUp(worker);
    for (let n = 0; n < 8; n += 1) assert.equal((await refresh('nonsense')).status, 401);
    assert.equal((await send({ username: user.email, password: user.password })).status, 200);
  });
});

describe('Errors of the token endpoint have OAuth2\'s form', () => {
  const errorOf = async (body, options) => {
    const response = await anonymous(worker).send('POST', '/auth/token', { headers: { 'Content-Type': FORM }, body, ...options });
    return [response.status, response.body.error, response.body.error_description];
  };

  test('with invalid_grant for a wrong password', async () => {
    const user = await signUp(worker);
    const wrong = `${new URLSearchParams({ username: user.email, password: 'Wrong horse 8 battery' })}`;
    assert.deepEqual(await errorOf(wrong), [401, 'invalid_grant', 'Incorrect username or password']);
    for (let n = 0; n < 4; n += 1) await errorOf(wrong);
    assert.deepEqual(await errorOf(wrong), [429, 'temporarily_unavailable', 'Too many sign-in attempts']);
  });

  test('with unsupported_grant_type for an unknown grant', async () => {
    assert.deepEqual(await errorOf('grant_type=client_credentials&username=a%40example.com&password=x'),
      [422, 'unsupported_grant_type', 'grant_type: Input should be \'password\' or \'refresh_token\'']);
    assert.equal((await errorOf('grant_type=client_credentials'))[1], 'unsupported_grant_type');
  });

  test('with invalid_request for fields, content types and sizes', async () => {
    assert.deepEqual(await errorOf('username=a%40example.com'), [422, 'invalid_request', 'password: Field required']);
    assert.deepEqual(await errorOf('', { headers: { 'Content-Type': 'text/plain' } }),
      [415, 'invalid_request', 'Unsupported media type: expected application/x-www-form-urlencoded']);
    assert.deepEqual(await errorOf('x'.repeat(65 * 1024)), [413, 'invalid_request', 'Request body too large']);
  });

  test('and no other route has it', async () => {
    const { body } = await anonymous(worker).post('/api/auth/signin', { email: 'nobody@example.com', password: 'Wrong horse 8' });
    assert.deepEqual(body, { detail: 'Invalid credentials' });
    assertDetail(await anonymous(worker).get('/auth/token'), 405, 'Method Not Allowed');
  });
});
