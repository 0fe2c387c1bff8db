// POST /api/auth/signin. Neither a status, a header nor a log line may reveal whether an address has an account.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
import { anonymous, randomEmail, signUp } from '../../support/caller.mjs';
import { openDatabase } from '../../support/database.mjs';
import { decodeToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const WRONG = 'Wrong horse 8 battery';

const worker = useWorker();

function signIn(email, password, { at = worker, ...options } = {}) {
  return anonymous(at).post('/api/auth/signin', { email, password }, options);
}

describe('A sign-in', () => {
  test('returns what a sign-up returns, in a new session', async () => {
    const user = await signUp(worker);
    const { status, body } = await signIn(user.email, user.password);
    assert.equal(status, 200);
    const { access_token, refresh_token, device_token, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 7 * 24 * 3600, user_id: user.userId, email: user.email });
    for (const token of [refresh_token, device_token]) assert.equal(token.split('.').length, 3);
    const { header, claims } = decodeToken(access_token);
    assert.deepEqual(header, { alg: 'HS256', typ: 'JWT' });
    assert.deepEqual(Object.keys(claims).sort(), ['email', 'exp', 'iat', 'role', 'sid', 'sub']);
    assert.equal(claims.sub, user.userId);
    assert.notEqual(claims.sid, decodeToken(user.accessToken).claims.sid);
  });

  test('accepts the address in any case and with surrounding spaces', async () => {
    const user = await signUp(worker);
    assert.equal((await signIn(`  ${user.email.toUpperCase()}\n`, user.password)).status, 200);
  });

  test('accepts a password in either Unicode normalization form, since a person sees no difference', async () => {
    const composed = await signUp(worker, { password: 'Caf\u00e9 au lait 3' });
    const decomposed = await signUp(worker, { password: 'Cafe\u0301 au lait 3' });
    assert.equal((await signIn(composed.email, decomposed.password)).status, 200);
    assert.equal((await signIn(decomposed.email, composed.password)).status, 200);
  });

  test('neither trims a password nor truncates a long one', async () => {
    const spaced = await signUp(worker, { password: '  Spaces around 1  ' });
    assert.equal((await signIn(spaced.email, 'Spaces around 1')).status, 401);
    assert.equal((await signIn(spaced.email, spaced.password)).status, 200);
    const long = await signUp(worker, { password: `Aa1${'x'.repeat(125)}` });
    assert.equal((await signIn(long.email, `Aa1${'x'.repeat(124)}y`)).status, 401);
    assert.equal((await signIn(long.email, long.password)).status, 200);
  });

  test('compares the password case-sensitively', async () => {
    const user = await signUp(worker);
    assert.equal((await signIn(user.email, user.password.toUpperCase())).status, 401);
  });
});

describe('A rejected sign-in', () => {
  test('has the same status, body and headers for a wrong password and for an unknown address', async () => {
    const user = await signUp(worker);
    const [wrong, unknown] = [await signIn(user.email, WRONG), await signIn(randomEmail(), WRONG)];
    const visible = ({ status, headers, body }) => ({
      status,
      body,
      headers: [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name)),
    });
    assertDetail(wrong, 401, 'Invalid credentials');
    assert.deepEqual(visible(unknown), visible(wrong));
  });

  for (const password of [' ', 'x', 'Abc1', 'alllowercase', 'Password1']) {
    test(`is 401 for the password ${JSON.stringify(password)}: the rules apply to new passwords only`, async () => {
      assertDetail(await signIn(randomEmail(), password), 401, 'Invalid credentials');
    });
  }

  for (const [why, fields, errors] of [
    ['an empty password', { password: '' }, 'body.password string_too_short'],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, 'body.password string_too_long'],
    ['an invalid address', { email: 'plain' }, 'body.email value_error.email'],
    ['a missing address', { email: undefined }, 'body.email missing'],
    ['two invalid fields', { email: 'a@localhost', password: 7 }, ['body.email value_error.email', 'body.password string_type']],
  ]) {
    test(`is 422 for ${why}`, async () => {
      const response = await anonymous(worker).post('/api/auth/signin', { email: randomEmail(), password: WRONG, ...fields });
      assertFieldErrors(response, errors);
    });
  }

  test('is 401 for a wrong password of 128 characters', async () => {
    for (const character of ['😀', 'e\u0301']) assert.equal((await signIn(randomEmail(), character.repeat(128))).status, 401);
  });
});

describe('The log', () => {
  /** Polls for the line of this request, since the output of another process arrives asynchronously. */
  async function lineOf({ headers }) {
    const id = headers.get('X-Request-Id');
    for (;;) {
      const line = worker.log().split('\n').find((text) => text.includes('signin_failed') && text.includes(id));
      if (line) return JSON.parse(line.slice(line.indexOf('{')));
      await sleep(50);
    }
  }

  test('holds one JSON line for each failure, which identifies the account by a hash only', { timeout: 20_000 }, async () => {
    const [email, other] = [randomEmail(), randomEmail()];
    const headers = { 'CF-Connecting-IP': '203.0.113.7' };
    const wrong = await signIn(email, WRONG, { headers });
    const { account, ...line } = await lineOf(wrong);
    for (const field of ['event', 'reason', 'client', 'request_id']) assert.ok(field in line, field);
    assert.equal(line.event, 'signin_failed');
    assert.equal(line.reason, 'invalid_credentials');
    assert.equal(line.client, '203.0.113.7');
    assert.equal(line.request_id, wrong.headers.get('X-Request-Id'));
    assert.match(account, /^[\w+/=-]{16,}$/);

    assert.equal((await lineOf(await signIn(email.toUpperCase(), WRONG))).account, account);
    assert.notEqual((await lineOf(await signIn(other, WRONG))).account, account);
    for (let attempt = 3; attempt <= 5; attempt += 1) await signIn(email, WRONG);
    const limited = await signIn(email, WRONG);
    assert.equal(limited.status, 429);
    const limitedLine = await lineOf(limited);
    assert.equal(limitedLine.reason, 'limited');
    assert.equal(limitedLine.account, account);
    assert.equal(worker.log().split(wrong.headers.get('X-Request-Id')).length - 1, 1, 'one line');
  });

  test('holds no password, token or email address', { timeout: 20_000 }, async () => {
    const user = await signUp(worker);
    await user.get('/api/tasks');
    await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.accessToken });
    await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
    await signUp(worker).then((twin) => anonymous(worker).post('/api/auth/signup', { email: twin.email, password: user.password }));
    // The log is written in order: once this line is there, so are all earlier ones.
    await lineOf(await signIn(user.email, WRONG));
    const log = worker.log().toLowerCase();
    for (const secret of [user.email, user.password, WRONG, user.accessToken, user.refreshToken]) {
      assert.ok(!log.includes(secret.toLowerCase()), secret);
    }
  });
});

describe('A hash with outdated parameters', () => {
  test('is replaced at the next successful sign-in, and not at a failed one', { timeout: 60_000 }, async () => {
    const user = await signUp(worker);
    const hashOf = async (at) => {
      const db = await openDatabase(at);
      try {
        const row = await db.prepare('SELECT * FROM users WHERE id = ?').bind(user.userId).first();
        return Object.values(row).find((value) => /^\$argon2id\$/.test(value));
      } finally {
        await db.close();
      }
    };
    const old = await hashOf(worker);
    await worker.restart({ vars: { ARGON2_MEMORY_KIB: '12288', ARGON2_ITERATIONS: '3' } });

    assert.equal((await signIn(user.email, WRONG)).status, 401);
    assert.equal(await hashOf(worker), old);
    assert.equal((await signIn(user.email, user.password)).status, 200);
    const replaced = await hashOf(worker);
    assert.match(replaced, /^\$argon2id\$v=19\$m=12288,t=3,p=1\$/);
    assert.equal((await signIn(user.email, user.password)).status, 200);
    assert.equal(await hashOf(worker), replaced, 'a hash with current parameters is kept');
    assert.equal((await signIn(user.email, WRONG)).status, 401);
  });
});
