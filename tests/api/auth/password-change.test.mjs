// POST /api/auth/password: the current password opens a new session with the new one, and every session of before is over.

import assert from 'node:assert/strict';
import { argon2Sync, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, signUp } from '../../support/caller.mjs';
import { ask, assertUnavailable, calls, callsFor, FAULTY } from '../../support/faults.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const PATH = '/api/auth/password';
const NEW = 'Another horse 8 battery';
const WRONG = 'Wrong horse 9 battery';
const LOST = 'Network connection lost.';
const frontend = randomBytes(32).toString('base64url');

const worker = useWorker({ ...FAULTY, vars: { BETTER_AUTH_SECRET: frontend } });
const database = useDatabase(worker);

const change = (caller, current, next = NEW) => caller.post(PATH, { current_password: current, new_password: next });
const signIn = ({ email }, password) => anonymous(worker).post('/api/auth/signin', { email, password });
const refresh = (refreshToken) => anonymous(worker).post('/api/auth/refresh', { refresh_token: refreshToken });
const COLUMNS = 'id, email, role, suspended, email_verified, signup_id, version, device_tokens_since, password_hash';
const rowOf = ({ userId }) => database.prepare(`SELECT ${COLUMNS} FROM users WHERE id = ?`).bind(userId).first();
const assertIncorrect = (response) => assertDetail(response, 403, 'Current password is incorrect');

/** Another session of the same user. */
async function anotherSession(user) {
  const { body } = await signIn(user, user.password);
  return Object.assign(new Caller(worker, body.access_token), { refreshToken: body.refresh_token });
}

async function assertOver(session) {
  assertRevoked(await session.get('/api/tasks'));
  assertDetail(await refresh(session.refreshToken), 401, 'Invalid refresh token');
}

/** Nothing changed: the session is active, and the old password signs in. */
async function assertUnchanged(user) {
  assert.equal((await user.get('/api/tasks')).status, 200);
  assert.equal((await signIn(user, user.password)).status, 200);
  assert.equal((await signIn(user, NEW)).status, 401);
}

describe('A change of the password', () => {
  test('opens a new session, and ends the caller\'s and every other one', async () => {
    const user = await signUp(worker);
    const other = await anotherSession(user);
    await user.post('/api/tasks', { title: 'Mend the fence' });
    const { status, body } = await change(user, user.password);
    assert.equal(status, 200, JSON.stringify(body));
    const { access_token, refresh_token, device_token, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 604_800, user_id: user.userId, email: user.email });
    assert.equal(decodeToken(device_token).claims.sub, user.userId);
    for (const over of [user, other]) await assertOver(over);
    const { claims } = decodeToken(access_token);
    assert.notEqual(claims.sid, decodeToken(user.accessToken).claims.sid);
    const changed = new Caller(worker, access_token);
    assert.equal((await changed.get('/api/tasks')).body.length, 1);
    assert.deepEqual((await changed.get('/api/auth/sessions')).body.map(({ id }) => id), [claims.sid]);
    assert.equal((await refresh(refresh_token)).status, 200);
  });

  test('makes the new password the only one', async () => {
    const user = await signUp(worker);
    assert.equal((await change(user, user.password)).status, 200);
    assert.equal((await signIn(user, NEW)).status, 200);
    assertDetail(await signIn(user, user.password), 401, 'Invalid credentials');
  });

  test('stores a hash with the configured parameters and a fresh salt, also for the same password', async () => {
    const user = await signUp(worker);
    const { password_hash: before } = await rowOf(user);
    assert.equal((await change(user, user.password, user.password)).status, 200);
    const { password_hash: after } = await rowOf(user);
    assert.match(after, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.notEqual(before, after);
    assertRevoked(await user.get('/api/tasks'));
  });

  test('leaves other users as they are', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    assert.equal((await change(user, user.password)).status, 200);
    await assertUnchanged(other);
  });

  test('is 403 with a wrong current password, another user\'s included, and changes nothing', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker, { password: WRONG })];
    assertIncorrect(await change(user, other.password));
    assertIncorrect(await change(user, user.password.toLowerCase()));
    await assertUnchanged(user);
  });

  test('is 404 for another issuer\'s token, even one that names the user', async () => {
    const user = await signUp(worker);
    for (const secret of [worker.secret, frontend]) {
      for (const sub of ['somebody', user.userId]) {
        const caller = new Caller(worker, signToken({ sub, exp: now() + 600 }, { secret }));
        assertDetail(await change(caller, user.password), 404, 'User not found');
      }
    }
    await assertUnchanged(user);
  });

  test('is 422 for invalid fields, all in one answer', async () => {
    const user = await signUp(worker);
    assertFieldErrors(await user.post(PATH, {}), ['body.current_password missing', 'body.new_password missing']);
    assertFieldErrors(await change(user, '', 'short'), ['body.current_password string_too_short', 'body.new_password string_too_short']);
    assertFieldErrors(await change(user, 7, null), ['body.current_password string_type', 'body.new_password string_type']);
    for (const weak of ['nouppercase1', 'NOLOWERCASE1', 'NoDigitsHere', 'Password1']) {
      assertFieldErrors(await change(user, user.password, weak), 'body.new_password value_error.password');
    }
    assertFieldErrors(await change(user, user.password, 'Aa1'.repeat(43)), 'body.new_password string_too_long');
    // None of these was an attempt.
    assert.equal((await change(user, user.password)).status, 200);
  });

  test('accepts a current password that the rules for new ones would reject', async () => {
    const user = await signUp(worker);
    const salt = randomBytes(16);
    await database.prepare('UPDATE users SET password_hash = ? WHERE id = ?').bind(hashByNode('old', salt, 7_168, 5), user.userId).run();
    assert.equal((await change(user, 'old')).status, 200);
    assert.equal((await signIn(user, NEW)).status, 200);
  });

  test('is 401 without a token, and for a session that has ended, whatever else is wrong', async () => {
    assertDetail(await change(anonymous(worker), WRONG), 401, 'Authorization header missing');
    const user = await signUp(worker);
    await user.post('/api/auth/signout');
    for (let attempt = 0; attempt < 6; attempt += 1) assertRevoked(await change(user, user.password));
    assertRevoked(await change(user, user.password, 'short'));
    assertRevoked(await user.send('POST', PATH, { headers: { 'Content-Type': 'text/plain' }, body: 'x' }));
    assert.equal((await signIn(user, user.password)).status, 200);
  });

  test('asks the database twice, and the limiter once', async () => {
    const user = await signUp(worker);
    const request = { method: 'POST', path: PATH, body: { current_password: user.password, new_password: NEW } };
    assert.deepEqual(calls(await ask(user, request)), callsFor(user, { single: 2, main: 3, home: 2, limiter: 1 }));
  });
});

describe('The current password', () => {
  test('may be tried five times in a session, then not even the right one counts', async () => {
    const user = await signUp(worker);
    for (let attempt = 0; attempt < 5; attempt += 1) assertIncorrect(await change(user, WRONG));
    for (const password of [WRONG, user.password]) {
      const limited = await change(user, password);
      assertDetail(limited, 429, 'Too many sign-in attempts');
      const seconds = Number(limited.headers.get('Retry-After'));
      assert.ok(seconds > 890 && seconds <= 900, `${seconds}`);
    }
    // A sign-in is counted by itself, and so is every other session.
    const other = await anotherSession(user);
    assert.equal((await change(other, user.password)).status, 200);
  });

  test('is checked where strangers have used up the sign-in attempts', async () => {
    const user = await signUp(worker);
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn(user, WRONG);
    assert.equal((await signIn(user, user.password)).status, 429);
    assert.equal((await change(user, user.password)).status, 200);
  });

  test('is never guessed more than five times, however many requests run at once', async () => {
    const user = await signUp(worker);
    const statuses = (await Promise.all(Array.from({ length: 12 }, () => change(user, WRONG)))).map(({ status }) => status);
    assert.deepEqual(statuses.toSorted(), [...Array(5).fill(403), ...Array(7).fill(429)]);
  });
});

describe('Changes at once', () => {
  test('succeed once: the others\' session is over', async () => {
    const user = await signUp(worker);
    const passwords = Array.from({ length: 4 }, (_, number) => `${NEW} ${number}`);
    const responses = await Promise.all(passwords.map((password) => change(user, user.password, password)));
    const succeeded = responses.findIndex(({ status }) => status === 200);
    responses.forEach((response, index) => (index === succeeded ? assert.equal(response.status, 200) : assertRevoked(response)));
    for (const [index, password] of passwords.entries()) assert.equal((await signIn(user, password)).status, index === succeeded ? 200 : 401);
    assertDetail(await refresh(user.refreshToken), 401, 'Invalid refresh token');
  });

  test('end a session that is refreshed meanwhile', async () => {
    const user = await signUp(worker);
    const [changed, refreshed] = await Promise.all([change(user, user.password), refresh(user.refreshToken)]);
    assert.equal(changed.status, 200);
    if (refreshed.status === 200) await assertOver(Object.assign(new Caller(worker, refreshed.body.access_token), { refreshToken: refreshed.body.refresh_token }));
  });
});

/** A PHC string computed by Node. */
function hashByNode(password, salt, memory, passes) {
  const tag = argon2Sync('argon2id', { message: password, nonce: salt, parallelism: 1, tagLength: 32, memory, passes });
  const base64 = (bytes) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${base64(salt)}$${base64(tag)}`;
}

describe('A sign-in whose account changes while the password is verified', () => {
  const signInBy = (user, password, row) =>
    ask(anonymous(worker), { method: 'POST', path: '/api/auth/signin', body: { email: user.email, password } }, { DB: [{ result: [[JSON.stringify(row)]] }, 'ok'] });

  test('opens no session with the password of before', async () => {
    const user = await signUp(worker);
    const before = await rowOf(user);
    const { body } = await change(user, user.password);
    assertDetail(await signInBy(user, user.password, before), 401, 'Invalid credentials');
    assert.equal((await new Caller(worker, body.access_token).get('/api/auth/sessions')).body.length, 1);
  });

  test('succeeds where only the hash of the same password was made anew', async () => {
    const user = await signUp(worker);
    const row = await rowOf(user);
    const outdated = hashByNode(user.password, randomBytes(16), 7_168, 5);
    assert.equal((await signInBy(user, user.password, { ...row, password_hash: outdated })).status, 200);
    assert.equal((await rowOf(user)).password_hash, row.password_hash);
  });
});

describe('A change that fails', () => {
  const attempt = (user, faults, current = user.password) =>
    ask(user, { method: 'POST', path: PATH, body: { current_password: current, new_password: NEW } }, faults);

  test('halfway changes nothing', async () => {
    for (const faults of [{ DB: [{ error: LOST }] }, { DB: ['ok', { error: LOST }] }, { SIGNIN_LIMITER: [{ error: LOST }] }]) {
      const user = await signUp(worker);
      assertUnavailable(await attempt(user, faults), faults);
      await assertUnchanged(user);
    }
  });

  test('because the limiter does not answer does not reveal whether the password is right', async () => {
    const user = await signUp(worker);
    for (const password of [user.password, WRONG]) {
      assertUnavailable(await attempt(user, { SIGNIN_LIMITER: [{ status: 500 }] }, password));
    }
  });

  test('is tried again where the account could not be read', async () => {
    const user = await signUp(worker);
    const response = await attempt(user, { DB: [{ error: LOST }, 'ok'] });
    assert.equal(response.status, 200);
    assert.deepEqual(calls(response), callsFor(user, { single: 3, main: 4, home: 2, limiter: 1 }));
  });

  test('because the session was ended meanwhile changes nothing', async () => {
    const user = await signUp(worker);
    const row = await rowOf(user);
    await user.post('/api/auth/signout');
    assertRevoked(await attempt(user, { DB: [{ result: [[JSON.stringify(row)]] }, 'ok'] }));
    assert.equal((await signIn(user, user.password)).status, 200);
  });

  test('because the hash was replaced meanwhile changes nothing', async () => {
    const user = await signUp(worker);
    const stale = { ...await rowOf(user), password_hash: hashByNode(GOOD_PASSWORD, randomBytes(16), 7_168, 5) };
    assertUnavailable(await attempt(user, { DB: [{ result: [[JSON.stringify(stale)]] }, 'ok'] }));
    await assertUnchanged(user);
  });
});
