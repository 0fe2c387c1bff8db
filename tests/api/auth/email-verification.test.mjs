// EMAIL_VERIFICATION, POST /api/auth/email/verification and /verify: a link proves that an address is its user's.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, randomEmail, signUp } from '../../support/caller.mjs';
import { allSent, EMAIL_VARS, messagesTo, nthMessageTo } from '../../support/mailbox.mjs';
import { signToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const EXPIRED = 'Invalid or expired token';

describe('A caller', () => {
  const worker = useWorker({ vars: EMAIL_VARS });
  const verify = (token) => anonymous(worker).post('/api/auth/email/verify', { token });

  test('asks for a link, follows it, and may follow it again', async () => {
    const ada = await signUp(worker);
    const { status, body } = await ada.post('/api/auth/email/verification');
    assert.equal(status, 202);
    assert.deepEqual(body, { detail: 'An email is on its way' });
    const { link, token } = await nthMessageTo(worker, ada.email);
    assert.match(link, /^https:\/\/app\.example\.com\/verify-email\?token=/);
    assert.equal((await ada.get('/api/auth/session')).body.user.email_verified, false);
    for (let time = 0; time < 2; time += 1) assert.equal((await verify(token)).status, 204);
    assert.equal((await ada.get('/api/auth/session')).body.user.email_verified, true);
    assertDetail(await ada.post('/api/auth/email/verification'), 409, 'Email already verified');
    assert.equal((await anonymous(worker).post('/api/auth/signin', { email: ada.email, password: ada.password })).status, 200);
  });

  test('gets three links an hour', async () => {
    const ada = await signUp(worker);
    for (let count = 0; count < 3; count += 1) assert.equal((await ada.post('/api/auth/email/verification')).status, 202);
    assertDetail(await ada.post('/api/auth/email/verification'), 429, 'Too many emails');
  });

  test('of another issuer has no address here', async () => {
    const token = signToken({ sub: 'stranger', exp: Math.floor(Date.now() / 1000) + 600 }, { secret: worker.secret });
    assertDetail(await new Caller(worker, token).post('/api/auth/email/verification'), 404, 'User not found');
  });

  test('gets nothing without a live session', async () => {
    const ada = await signUp(worker);
    await ada.post('/api/auth/signout');
    assertDetail(await ada.post('/api/auth/email/verification'), 401, 'Token revoked');
    assertDetail(await anonymous(worker).post('/api/auth/email/verification'), 401, 'Authorization header missing');
  });

  test('gets no email at sign-up while EMAIL_VERIFICATION is off', async () => {
    const ada = await signUp(worker);
    await allSent(worker);
    assert.deepEqual(await messagesTo(worker, ada.email), []);
  });
});

describe('With EMAIL_VERIFICATION=optional', () => {
  const worker = useWorker({ vars: { ...EMAIL_VARS, EMAIL_VERIFICATION: 'optional' } });

  test('sign-up sends the link and refuses nothing', async () => {
    const ada = await signUp(worker);
    assert.equal((await ada.get('/api/tasks')).status, 200);
    const { token } = await nthMessageTo(worker, ada.email);
    assert.equal((await anonymous(worker).post('/api/auth/email/verify', { token })).status, 204);
    const email = randomEmail();
    assert.equal((await anonymous(worker).post('/auth/register', { email, password: GOOD_PASSWORD, name: 'Ada' })).status, 201);
    assert.match((await nthMessageTo(worker, email)).link, /verify-email/);
    assertDetail(await anonymous(worker).post('/api/auth/signup', { email, password: GOOD_PASSWORD }), 409, 'Email already registered');
  });
});

describe('With EMAIL_VERIFICATION=required', () => {
  const worker = useWorker({ vars: { ...EMAIL_VARS, EMAIL_VERIFICATION: 'required' } });
  const verify = (token) => anonymous(worker).post('/api/auth/email/verify', { token });
  const reset = (token, password) => anonymous(worker).post('/api/auth/password/reset', { token, password });
  const signIn = (email, password = GOOD_PASSWORD) => anonymous(worker).post('/api/auth/signin', { email, password });
  /** Signs up and returns the message, which is number `count` to the address. */
  async function begin(email, password = GOOD_PASSWORD, count = 1) {
    const response = await anonymous(worker).post('/api/auth/signup', { email, password });
    assert.equal(response.status, 202);
    assert.deepEqual(response.body, { detail: 'Check your email to finish signing up' });
    return nthMessageTo(worker, email, count);
  }

  test('an account can be used once its link was followed', async () => {
    const email = randomEmail();
    const { token } = await begin(email);
    const refused = await signIn(email);
    assertDetail(refused, 403, 'Email not verified');
    assertDetail(await signIn(email, 'Wrong horse 8 battery'), 401, 'Invalid credentials');
    const again = await nthMessageTo(worker, email, 2);
    assert.match(again.link, /verify-email/);
    assert.equal((await verify(token)).status, 204);
    assert.equal((await verify(again.token)).status, 204);
    assert.equal((await signIn(email)).status, 200);
  });

  test('register answers alike', async () => {
    const email = randomEmail();
    const { status, body } = await anonymous(worker).post('/auth/register', { email, password: GOOD_PASSWORD, name: 'Ada' });
    assert.equal(status, 202);
    assert.deepEqual(body, { detail: 'Check your email to finish signing up' });
    assert.equal((await verify((await nthMessageTo(worker, email)).token)).status, 204);
  });

  test('the password grant is refused in OAuth2 terms', async () => {
    const email = randomEmail();
    await begin(email);
    const body = new URLSearchParams({ username: email, password: GOOD_PASSWORD }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const response = await anonymous(worker).send('POST', '/auth/token', { headers, body });
    assertDetail(response, 403, 'Email not verified');
    assert.equal(response.body.error, 'invalid_request');
  });

  test('an address with a verified account gets a note, and keeps its password', async () => {
    const email = randomEmail();
    await verify((await begin(email)).token);
    const note = await begin(email, 'Stranger horse 9 battery', 2);
    assert.equal(note.subject, 'You have an account already');
    assert.equal(note.token, null);
    assertDetail(await signIn(email, 'Stranger horse 9 battery'), 401, 'Invalid credentials');
    assert.equal((await signIn(email)).status, 200);
  });

  test('an older sign-up\'s link does not verify a newer sign-up', async () => {
    const email = randomEmail();
    const older = await begin(email, 'Older horse 1 battery');
    const newer = await begin(email, 'Newer horse 2 battery', 2);
    assertDetail(await verify(older.token), 400, EXPIRED);
    assertDetail(await signIn(email, 'Older horse 1 battery'), 401, 'Invalid credentials');
    assert.equal((await verify(newer.token)).status, 200);
    assertDetail(await verify(older.token), 400, EXPIRED);
  });

  test('an address that was signed up twice ends in a reset, whoever signed up last', async () => {
    const email = randomEmail();
    await begin(email, 'Owner horse 1 battery');
    const { token } = await begin(email, 'Stranger horse 2 battery', 2);
    const { status, body } = await verify(token);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['reset_token']);
    for (const password of ['Owner horse 1 battery', 'Stranger horse 2 battery', '!']) {
      assertDetail(await signIn(email, password), 401, 'Invalid credentials');
    }
    assert.equal((await verify(token)).status, 200);
    assert.equal((await reset(body.reset_token, 'Chosen horse 3 battery')).status, 204);
    assertDetail(await reset(body.reset_token, 'Again horse 4 battery'), 400, EXPIRED);
    assert.equal((await verify(token)).status, 204);
    assert.equal((await signIn(email, 'Chosen horse 3 battery')).status, 200);
    assert.doesNotMatch(worker.log(), /unreadable_hash/);
  });

  test('a forgotten password of an unverified address is chosen by its owner, and verifies it', async () => {
    const email = randomEmail();
    await begin(email, 'Stranger horse 2 battery');
    await anonymous(worker).post('/api/auth/password/forgot', { email });
    assert.equal((await reset((await nthMessageTo(worker, email, 2)).token, 'Owner horse 1 battery')).status, 204);
    assert.equal((await signIn(email, 'Owner horse 1 battery')).status, 200);
  });

  test('an address receives at most three emails an hour from sign-ups', async () => {
    const email = randomEmail();
    for (let count = 1; count <= 3; count += 1) await begin(email, GOOD_PASSWORD, count);
    assertDetail(await anonymous(worker).post('/api/auth/signup', { email, password: GOOD_PASSWORD }), 429, 'Too many emails');
    await allUsed();
    assert.equal((await messagesTo(worker, email)).length, 3);
  });

  /** A sign-up whose message has arrived: all earlier ones have, too. */
  const allUsed = () => begin(randomEmail());
});

describe('Accounts from before EMAIL_VERIFICATION=required', () => {
  const worker = useWorker({ vars: EMAIL_VARS });

  test('get a note at sign-up, are never replaced, and sign in once verified', async () => {
    const ada = await signUp(worker);
    await worker.restart({ vars: { ...EMAIL_VARS, JWT_SECRET: worker.secret, EMAIL_VERIFICATION: 'required' } });
    await anonymous(worker).post('/api/auth/signup', { email: ada.email, password: 'Stranger horse 2 battery' });
    assert.equal((await nthMessageTo(worker, ada.email)).subject, 'You have an account already');
    const signIn = () => anonymous(worker).post('/api/auth/signin', { email: ada.email, password: ada.password });
    assertDetail(await signIn(), 403, 'Email not verified');
    const { token } = await nthMessageTo(worker, ada.email, 2);
    assert.equal((await anonymous(worker).post('/api/auth/email/verify', { token })).status, 204);
    assert.equal((await signIn()).status, 200);
  });
});

describe('An unverified account that was used while EMAIL_VERIFICATION was off', () => {
  const required = (secret) => ({ vars: { ...EMAIL_VARS, ...(secret && { JWT_SECRET: secret }), EMAIL_VERIFICATION: 'required' } });
  const worker = useWorker(required());
  const signIn = (email) => anonymous(worker).post('/api/auth/signin', { email, password: GOOD_PASSWORD });

  /** Signs up so many times under `required`, and signs in while nothing is required. */
  async function used(times) {
    const email = randomEmail();
    let link;
    for (let time = 1; time <= times; time += 1) {
      await anonymous(worker).post('/api/auth/signup', { email, password: GOOD_PASSWORD });
      link = (await nthMessageTo(worker, email, time)).token;
    }
    await worker.restart({ vars: { ...EMAIL_VARS, JWT_SECRET: worker.secret } });
    const caller = new Caller(worker, (await signIn(email)).body.access_token);
    await worker.restart(required(worker.secret));
    assert.equal((await caller.get('/api/tasks')).status, 200);
    return { email, link, caller };
  }

  test('has no session any more once another sign-up has replaced it', async () => {
    const { email, caller } = await used(1);
    await anonymous(worker).post('/api/auth/signup', { email, password: 'Another horse 8 battery' });
    assertDetail(await caller.get('/api/tasks'), 401, 'Token revoked');
  });

  test('has no session any more once its link ends in a reset', async () => {
    const { link, caller } = await used(2);
    assert.equal((await anonymous(worker).post('/api/auth/email/verify', { token: link })).status, 200);
    assertDetail(await caller.get('/api/tasks'), 401, 'Token revoked');
  });
});
