// POST /api/auth/signup: what it returns, which addresses, passwords and names it accepts, and what it stores.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { domainToASCII } from 'node:url';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../../support/caller.mjs';
import { homeOf } from '../../support/database.mjs';
import { decodeToken, now } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** The id of a user at home in a further database. */
const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-80[0-6][0-9a-f]-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SEVEN_DAYS = 7 * 24 * 3600;
const DECOMPOSED_E = 'e\u0301';

const worker = useWorker();

function trySignUp(fields, options) {
  return anonymous(worker).post('/api/auth/signup', { email: randomEmail(), password: GOOD_PASSWORD, ...fields }, options);
}

async function assertInvalid(fields, ...errors) {
  assertFieldErrors(await trySignUp(fields), errors);
}

describe('A sign-up', () => {
  test('returns 201 with its tokens, their type and lifetime, the user id and the address, and no other field', async () => {
    const email = randomEmail();
    const { status, body } = await trySignUp({ email, name: 'Ada' });
    assert.equal(status, 201);
    const { access_token, refresh_token, device_token, user_id, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: SEVEN_DAYS, email });
    assert.match(user_id, homeOf({ userId: user_id }) === 'DB' ? UUID_V7 : UUID_V8);
    assert.equal(device_token.split('.').length, 3);
    assert.notEqual(access_token, refresh_token);
    assert.equal(refresh_token.split('.').length, 3);
  });

  test('issues an access token with the claims sub, email, role, sid, iat and exp', async () => {
    const earliest = now();
    const user = await signUp(worker);
    const { header, claims } = decodeToken(user.accessToken);
    assert.deepEqual(header, { alg: 'HS256', typ: 'JWT' });
    const { sid, iat, exp, ...rest } = claims;
    assert.deepEqual(rest, { sub: user.userId, email: user.email, role: 'user' });
    assert.match(sid, UUID_V7);
    assert.ok(iat >= earliest && iat <= now(), `iat ${iat}`);
    assert.equal(exp - iat, SEVEN_DAYS);
    assert.equal((await user.get('/api/tasks')).status, 200);
  });

  test('ignores an identifier and a role in the body', async () => {
    const chosen = '01900000-0000-7000-8000-000000000000';
    const { status, body } = await trySignUp({ id: chosen, user_id: chosen, sub: chosen, role: 'admin' });
    assert.equal(status, 201);
    assert.notEqual(body.user_id, chosen);
    assert.equal(decodeToken(body.access_token).claims.role, 'user');
  });
});

describe('The address', () => {
  test('is stored trimmed and in lower case', async () => {
    const email = randomEmail();
    const { body } = await trySignUp({ email: `\t  ${email.toUpperCase()} \n` });
    assert.equal(body.email, email);
    assert.equal(decodeToken(body.access_token).claims.email, email);
  });

  for (const email of [
    "first.last+tag@sub.example.co.uk", "o'hara@example.com", '!#$%&*+-/=?^_`{|}~@example.com', '1@2.example.com',
    'jörg@exämple.de', '我買@屋企.香港', 'двойной-ящик@почта.рф', 'संपर्क@डाटामेल.भारत', 'ผู้ใช้@ตัวอย่าง.ไทย', 'a@xn--exmple-cua.com',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`,
  ]) {
    test(`is accepted: ${email.slice(0, 40)}`, async () => {
      const { status, body } = await trySignUp({ email });
      assert.equal(status, 201, JSON.stringify(body));
      const [local, domain] = email.split('@');
      assert.equal(body.email, `${local}@${domainToASCII(domain)}`);
    });
  }

  for (const email of [
    '', ' ', 'plain', '@example.com', 'a@', 'a@localhost', 'a@.com', 'a@example.', 'a@example..com', 'a@@example.com',
    'a@b@example.com',
    'a b@example.com', '.a@example.com', 'a.@example.com', 'a..b@example.com', 'a@-example.com', 'a@example-.com',
    'a@exa_mple.com',
    'a@exa mple.com', 'a@[127.0.0.1]', 'a@127.0.0.1', '"a b"@example.com', 'a@example.com\nb@example.com', 'a\u0000@example.com',
    'a@example.com,b@example.com', 'a@example.com>', 'a\u200b@example.com', 'a\u3164@example.com', `a@${'b'.repeat(64)}.com`,
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.com`,
  ]) {
    test(`is rejected: ${JSON.stringify(email.slice(0, 40))}`, () => assertInvalid({ email }, 'body.email value_error.email'));
  }

  test('returns 409 if it is registered in another case or another Unicode normalization form', async () => {
    const local = randomEmail().split('@')[0];
    await signUp(worker, { email: `r\u00e9n\u00e9-${local}@example.com` });
    for (const email of [`r\u00e9n\u00e9-${local}@example.com`, ` RE\u0301NE\u0301-${local.toUpperCase()}@EXAMPLE.com`]) {
      assertDetail(await trySignUp({ email }), 409, 'Email already registered');
    }
  });

  test('is registered by exactly one of thirty concurrent sign-ups that differ in case', async () => {
    const email = randomEmail();
    const inSomeCase = (n) => [...email].map((c, i) => ((n >> (i % 5)) & 1 ? c.toUpperCase() : c)).join('');
    const responses = await Promise.all(Array.from({ length: 30 }, (_, n) => trySignUp({ email: inSomeCase(n) })));
    assert.deepEqual(responses.map(({ status }) => status).sort(), [201, ...Array(29).fill(409)]);
  });
});

describe('The password', () => {
  for (const [why, password] of [
    ['eight characters', 'Abcdef1!'],
    ['eight characters outside the basic plane', `Aa1${'😀'.repeat(5)}`],
    ['128 characters', `Aa1${'😀'.repeat(125)}`],
    ['128 characters once composed', `Aa1${DECOMPOSED_E.repeat(125)}`],
    ['letters and digits of other scripts', 'Пароль-٢٣'],
    ['spaces, including at both ends', '  Aa1  .  '],
    ['a common password with a suffix', 'Password123 and a horse'],
  ]) {
    test(`is accepted: ${why}`, async () => assert.equal((await trySignUp({ password })).status, 201));
  }

  for (const [why, password, type] of [
    ['an empty string', '', 'string_too_short'],
    ['seven characters', 'Abcde1!', 'string_too_short'],
    ['seven characters in more UTF-16 units', `Aa1${'😀'.repeat(4)}`, 'string_too_short'],
    ['seven characters once composed', `Aa1${DECOMPOSED_E.repeat(4)}`, 'string_too_short'],
    ['129 characters', `Aa1${'x'.repeat(126)}`, 'string_too_long'],
    ['no lower-case letter', 'UPPERCASE 123', 'value_error.password'],
    ['no upper-case letter', 'lowercase 123', 'value_error.password'],
    ['no digit', 'Letters only', 'value_error.password'],
    ['a script without upper and lower case', '密码密码密码密码1', 'value_error.password'],
    ...['Password1', 'pASSWORD1', 'Password123', 'PaSsWoRd123', 'Passw0rd', 'pASSW0RD', 'Qwerty123', 'qWERTY123']
      .map((common) => [`the common ${common}`, common, 'value_error.password']),
    ['a number', 12345678, 'string_type'],
    ['null', null, 'string_type'],
    ['a missing field', undefined, 'missing'],
  ]) {
    test(`is rejected: ${why}`, () => assertInvalid({ password }, `body.password ${type}`));
  }
});

describe('The name', () => {
  for (const name of [null, undefined, 'A', '名'.repeat(100), '😀'.repeat(100)]) {
    test(`is accepted: ${JSON.stringify(name)?.slice(0, 10)}`, async () => assert.equal((await trySignUp({ name })).status, 201));
  }
  test('is rejected: an empty string', () => assertInvalid({ name: '' }, 'body.name string_too_short'));
  test('is rejected: 101 characters', () => assertInvalid({ name: 'n'.repeat(101) }, 'body.name string_too_long'));
  test('is rejected: a number', () => assertInvalid({ name: 7 }, 'body.name string_type'));
});

test('reports every invalid field in one response', async () => {
  await assertInvalid({ email: 'plain', password: 'short', name: '' },
    'body.email value_error.email', 'body.password string_too_short', 'body.name string_too_short');
  await assertInvalid({ email: undefined, password: undefined }, 'body.email missing', 'body.password missing');
  await assertInvalid({ email: 7, password: [], name: {} },
    'body.email string_type', 'body.password string_type', 'body.name string_type');
});

describe('Storage', () => {
  const db = useDatabase(worker);

  async function everyRow() {
    const { results: tables } = await db.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 3) <> '_cf'",
    ).all();
    return Promise.all(tables.map(async ({ name }) => [name, (await db.prepare(`SELECT * FROM "${name}"`).all()).results]));
  }

  test('holds an Argon2id hash with a random salt for each user, and no password', async () => {
    const password = 'A plain password 4 nobody';
    const users = [await signUp(worker, { password }), await signUp(worker, { password })];
    const rows = JSON.stringify(await everyRow());
    assert.ok(users.every(({ email }) => rows.includes(email)), 'the rows belong to this worker');
    assert.ok(!rows.includes(password));
    const hashes = await Promise.all(users.map(async ({ userId }) =>
      Object.values(await db.prepare('SELECT * FROM users WHERE id = ?').bind(userId).first()).find((value) => /^\$/.test(value))));
    const salts = hashes.map((hash) => {
      const [, salt, tag] = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
      assert.equal(Buffer.from(salt, 'base64').length, 16);
      assert.equal(Buffer.from(tag, 'base64').length, 32);
      return salt;
    });
    assert.notEqual(salts[0], salts[1]);
  });

  test('is unchanged after a sign-up that fails', async () => {
    const { email } = await signUp(worker);
    const rows = await everyRow();
    assert.equal((await trySignUp({ email })).status, 409);
    assert.equal((await trySignUp({ name: '' })).status, 422);
    assert.deepEqual(await everyRow(), rows);
  });

  test('is not exposed: no response holds a password hash', async () => {
    const user = await signUp(worker);
    for (const { body } of [
      await trySignUp({}), await trySignUp({ email: user.email }), await trySignUp({ password: 'short' }),
      await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password }),
      await user.get('/api/tasks'),
    ]) assert.doesNotMatch(JSON.stringify(body), /argon2|hash/i);
  });
});
