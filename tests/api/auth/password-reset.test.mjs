// POST /api/auth/password/forgot and /reset: a link in an email sets a new password, once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
import { anonymous, Caller, randomEmail, signUp } from '../../support/caller.mjs';
import { allSent, EMAIL_VARS, messagesTo, nthMessageTo, resetToken } from '../../support/mailbox.mjs';
import { useDatabase, useWorker, withWorker } from '../../support/use-worker.mjs';

const NEW_PASSWORD = 'Another horse 8 battery';
const ON_ITS_WAY = { detail: 'If that address has an account, an email is on its way' };

const worker = useWorker({ vars: EMAIL_VARS });
const database = useDatabase(worker);

const forgot = (email) => anonymous(worker).post('/api/auth/password/forgot', { email });
const reset = (token, password = NEW_PASSWORD) => anonymous(worker).post('/api/auth/password/reset', { token, password });
const signIn = (email, password) => anonymous(worker).post('/api/auth/signin', { email, password });
const refresh = (token) => anonymous(worker).post('/api/auth/refresh', { refresh_token: token });

describe('A forgotten password', () => {
  test('is replaced by the link that the address receives', async () => {
    const ada = await signUp(worker);
    const { status, body } = await forgot(` ${ada.email.toUpperCase()} `);
    assert.equal(status, 202);
    assert.deepEqual(body, ON_ITS_WAY);
    const message = await nthMessageTo(worker, ada.email);
    assert.equal(message.subject, 'Choose a new password');
    assert.equal(message.from, '"Example" <hello@example.com>');
    assert.match(message.link, /^https:\/\/app\.example\.com\/reset-password\?token=/);
    assert.equal((await reset(message.token)).status, 204);
    assertDetail(await signIn(ada.email, ada.password), 401, 'Invalid credentials');
    assert.equal((await signIn(ada.email, NEW_PASSWORD)).status, 200);
  });

  test('ends every session, verifies the address, voids device tokens and sends a notice', async () => {
    const ada = await signUp(worker);
    const other = (await signIn(ada.email, ada.password)).body;
    const begin = Date.now();
    await reset(await resetToken(worker, ada.email));
    assertDetail(await ada.get('/api/tasks'), 401, 'Token revoked');
    assertDetail(await new Caller(worker, other.access_token).get('/api/tasks'), 401, 'Token revoked');
    assertDetail(await refresh(other.refresh_token), 401, 'Invalid refresh token');
    const tokens = (await signIn(ada.email, NEW_PASSWORD)).body;
    const { body } = await new Caller(worker, tokens.access_token).get('/api/auth/session');
    assert.equal(body.user.email_verified, true);
    assert.equal((await nthMessageTo(worker, ada.email, 2)).subject, 'Your password was reset');
    const since = await database.prepare('SELECT device_tokens_since FROM users WHERE id = ?').bind(ada.userId).first('device_tokens_since');
    assert.ok(since >= begin, String(since));
  });

  test('forgets the attempts to sign in', async () => {
    const ada = await signUp(worker);
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn(ada.email, 'Wrong horse 9 battery');
    assert.equal((await signIn(ada.email, ada.password)).status, 429);
    await reset(await resetToken(worker, ada.email));
    assert.equal((await signIn(ada.email, NEW_PASSWORD)).status, 200);
  });
});

describe('The link of a reset', () => {
  test('works once, of 50 at the same time too', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await reset(token)).status));
    assert.equal(statuses.filter((status) => status === 204).length, 1, String(statuses));
    assert.equal(statuses.filter((status) => status === 400).length, 49, String(statuses));
    assertDetail(await reset(token), 400, 'Invalid or expired token');
  });

  test('is void once the password was changed in another way', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    const change = { current_password: ada.password, new_password: 'Third horse 10 battery' };
    assert.equal((await ada.post('/api/auth/password', change)).status, 200);
    assertDetail(await reset(token), 400, 'Invalid or expired token');
    assert.equal((await signIn(ada.email, change.new_password)).status, 200);
  });

  test('stays good after a password that is too weak', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    assertFieldErrors(await reset(token, 'short'), 'body.password string_too_short');
    assert.equal((await signIn(ada.email, ada.password)).status, 200);
    assert.equal((await reset(token)).status, 204);
  });

  test('is neither an access token nor a link of another kind', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, 'Invalid token');
    for (const path of ['/api/auth/email/verify', '/api/auth/email/confirm']) {
      assertDetail(await anonymous(worker).post(path, { token }), 400, 'Invalid or expired token');
    }
    for (const forged of [ada.accessToken, ada.refreshToken, '', 'a.b.c', `${token}x`, token.replace(/.$/, (end) => (end === 'A' ? 'Q' : 'A'))]) {
      assertDetail(await reset(forged), 400, 'Invalid or expired token');
    }
    assert.equal((await reset(token)).status, 204);
  });

  test('leaves no session to a refresh at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ada = await signUp(worker);
      const token = await resetToken(worker, ada.email);
      const [, refreshed] = await Promise.all([reset(token), refresh(ada.refreshToken)]);
      if (refreshed.status === 200) {
        assertDetail(await new Caller(worker, refreshed.body.access_token).get('/api/tasks'), 401, 'Token revoked');
        assert.equal((await refresh(refreshed.body.refresh_token)).status, 401);
      }
      assert.equal(await database.home(ada.userId).prepare('SELECT count(*) AS n FROM sessions WHERE user_id = ?').bind(ada.userId).first('n'), 0);
    }
  });

  test('changes nothing when it is opened by GET', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    for (const path of ['/api/auth/password/reset', '/api/auth/email/verify', '/api/auth/email/confirm']) {
      assert.equal((await anonymous(worker).get(`${path}?token=${token}`)).status, 405);
    }
    assert.equal((await ada.get('/api/tasks')).status, 200);
  });
});

describe('An address', () => {
  test('receives at most three emails an hour, known or not', async () => {
    const ada = await signUp(worker);
    for (const email of [ada.email, randomEmail()]) {
      for (let count = 0; count < 3; count += 1) assert.equal((await forgot(email)).status, 202);
      const limited = await forgot(email);
      assertDetail(limited, 429, 'Too many emails');
      const seconds = Number(limited.headers.get('Retry-After'));
      assert.ok(seconds > 3_500 && seconds <= 3_600, String(seconds));
    }
    assert.equal((await signIn(ada.email, ada.password)).status, 200);
  });

  test('that has no account receives nothing', async () => {
    const email = randomEmail();
    const { status, body } = await forgot(email);
    assert.equal(status, 202);
    assert.deepEqual(body, ON_ITS_WAY);
    await allSent(worker);
    assert.deepEqual(await messagesTo(worker, email), []);
  });

  test('that is none is 422', async () => {
    assertFieldErrors(await forgot('nobody'), 'body.email value_error.email');
  });
});

test('Without email a forgotten password is 503, which no other route notices', async () => {
  await withWorker({}, async (plain) => {
    const ada = await signUp(plain);
    const response = await anonymous(plain).post('/api/auth/password/forgot', { email: ada.email }, { expect5xx: true });
    assertDetail(response, 503, 'Email is not configured');
    assertDetail(await ada.post('/api/auth/email/verification', undefined, { expect5xx: true }), 503, 'Email is not configured');
    const change = { current_password: ada.password, new_password: NEW_PASSWORD };
    assert.equal((await ada.post('/api/auth/password', change)).status, 200);
  });
});
