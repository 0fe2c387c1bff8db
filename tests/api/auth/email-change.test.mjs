// POST /api/auth/email and /confirm: an account gets another address once its owner has followed the link that was sent there.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
import { anonymous, Caller, randomEmail, signUp } from '../../support/caller.mjs';
import { allSent, EMAIL_VARS, messagesTo, nthMessageTo, resetToken } from '../../support/mailbox.mjs';
import { signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const EXPIRED = 'Invalid or expired token';

const worker = useWorker({ vars: EMAIL_VARS });
const database = useDatabase(worker);

const confirm = (token) => anonymous(worker).post('/api/auth/email/confirm', { token });
const signIn = (email, password) => anonymous(worker).post('/api/auth/signin', { email, password });

async function askFor(caller, email, count = 1) {
  const { status, body } = await caller.post('/api/auth/email', { email, password: caller.password });
  assert.equal(status, 202);
  assert.deepEqual(body, { detail: 'An email is on its way' });
  return nthMessageTo(worker, email, count);
}

describe('A change of address', () => {
  test('needs the link to the new address, and tells the old one', async () => {
    const ada = await signUp(worker);
    const email = randomEmail();
    const { link, token } = await askFor(ada, email);
    assert.match(link, /^https:\/\/app\.example\.com\/confirm-email\?token=/);
    assert.equal((await nthMessageTo(worker, ada.email)).subject, 'A change of your email address was requested');
    assert.equal((await signIn(ada.email, ada.password)).status, 200);
    assert.equal((await confirm(token)).status, 204);
    assert.equal((await nthMessageTo(worker, ada.email, 2)).subject, 'Your email address was changed');
    assertDetail(await signIn(ada.email, ada.password), 401, 'Invalid credentials');
    assert.equal((await signIn(email, ada.password)).status, 200);
    const { user } = (await ada.get('/api/auth/session')).body;
    assert.deepEqual([user.email, user.email_verified], [email, true]);
    assertDetail(await confirm(token), 400, EXPIRED);
  });

  test('does not tell whether somebody has the address, who gets a warning', async () => {
    const [ada, bob] = [await signUp(worker), await signUp(worker)];
    const warning = await askFor(ada, bob.email);
    assert.equal(warning.subject, 'You have an account already');
    assert.equal(warning.token, null);
    assert.equal((await bob.get('/api/auth/session')).body.user.email, bob.email);
  });

  test('is 409 where somebody took the address meanwhile', async () => {
    const ada = await signUp(worker);
    const email = randomEmail();
    const { token } = await askFor(ada, email);
    await signUp(worker, { email });
    assertDetail(await confirm(token), 409, 'Email already registered');
    assert.equal((await ada.get('/api/auth/session')).body.user.email, ada.email);
  });

  test('of two links only the first works, since the address has changed', async () => {
    const ada = await signUp(worker);
    const [one, other] = [randomEmail(), randomEmail()];
    const [first, second] = [await askFor(ada, one), await askFor(ada, other)];
    assert.equal((await confirm(second.token)).status, 204);
    assertDetail(await confirm(first.token), 400, EXPIRED);
    assert.equal((await ada.get('/api/auth/session')).body.user.email, other);
  });

  test('voids a reset that was sent to the old address, and is void after a reset', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    const email = randomEmail();
    assert.equal((await confirm((await askFor(ada, email)).token)).status, 204);
    const reset = (text) => anonymous(worker).post('/api/auth/password/reset', { token: text, password: 'Another horse 8 battery' });
    assertDetail(await reset(token), 400, EXPIRED);

    const pending = await askFor(ada, randomEmail());
    assert.equal((await reset(await resetToken(worker, email))).status, 204);
    assertDetail(await confirm(pending.token), 400, EXPIRED);
  });
});

test('A suspended user cannot move the account to another address by a link of before', async () => {
  const ada = await signUp(worker);
  const { token } = await askFor(ada, randomEmail());
  await database.prepare('UPDATE users SET suspended = 1 WHERE id = ?').bind(ada.userId).run();
  assertDetail(await confirm(token), 400, EXPIRED);
});

test('A stranger who signs up with an address cannot flood it with notices', async () => {
  const ada = await signUp(worker);
  for (let count = 0; count < 12; count += 1) {
    const [password, next] = count % 2 ? ['Another horse 8 battery', ada.password] : [ada.password, 'Another horse 8 battery'];
    const { status, body } = await ada.post('/api/auth/password', { current_password: password, new_password: next });
    assert.equal(status, 200);
    ada.token = body.access_token;
  }
  await allSent(worker);
  assert.equal((await messagesTo(worker, ada.email)).length, 10);
});

describe('The password that confirms a change of address', () => {
  test('is checked five times in 15 minutes for the session alone', async () => {
    const ada = await signUp(worker);
    const body = { email: randomEmail(), password: 'Wrong horse 8 battery' };
    for (let attempt = 0; attempt < 5; attempt += 1) {
      assertDetail(await ada.post('/api/auth/email', body), 403, 'Current password is incorrect');
    }
    assertDetail(await ada.post('/api/auth/email', { ...body, password: ada.password }), 429, 'Too many sign-in attempts');
    const { body: tokens } = await signIn(ada.email, ada.password);
    const elsewhere = Object.assign(new Caller(worker, tokens.access_token), { password: ada.password });
    await askFor(elsewhere, randomEmail());
  });

  test('is validated with the address, after the session', async () => {
    const ada = await signUp(worker);
    assertFieldErrors(await ada.post('/api/auth/email', { email: 'nobody' }), ['body.email value_error.email', 'body.password missing']);
    await ada.post('/api/auth/signout');
    assertDetail(await ada.post('/api/auth/email', {}), 401, 'Token revoked');
  });

  test('is none of another issuer\'s caller', async () => {
    const token = signToken({ sub: 'stranger', exp: Math.floor(Date.now() / 1000) + 600 }, { secret: worker.secret });
    const body = { email: randomEmail(), password: 'Wrong horse 8 battery' };
    assertDetail(await new Caller(worker, token).post('/api/auth/email', body), 404, 'User not found');
  });
});
