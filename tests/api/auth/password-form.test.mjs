// POST /auth/token of the fastapi-auth-setup design: what FastAPI's OAuth2PasswordRequestForm takes (RFC 6749, section 4.3), and
// what it refuses. Any OAuth2 client library that knows the password grant signs in with it.
//
// Where this service decides otherwise: `username` is an email address, since users have no other name, so one that is none is 422;
// `grant_type` may also be empty; and the sixth attempt in 15 minutes is 429, of which the design knows nothing.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertFieldErrors, assertDetail } from '../../support/assertions.mjs';
import { anonymous, Caller, randomEmail, signUp } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const FORM = 'application/x-www-form-urlencoded';
const WRONG = 'Wrong horse 8 battery';
const INCORRECT = 'Incorrect username or password';

let user;
const worker = useWorker({}, async () => {
  user = await signUp(worker);
});

function send(body, type = FORM) {
  return anonymous(worker).send('POST', '/auth/token', { headers: { 'Content-Type': type }, body: `${body}` });
}

const form = (fields) => new URLSearchParams({ username: user.email, password: user.password, ...fields });
const grant = (fields) => send(form(fields));
const signIn = (email, password) => anonymous(worker).post('/api/auth/signin', { email, password });

async function assertGranted(response) {
  assert.equal(response.status, 200, JSON.stringify(response.body));
  assert.equal((await new Caller(worker, response.body.access_token).get('/tasks')).status, 200);
}

describe('The form is taken', () => {
  test('with all that OAuth2PasswordRequestForm knows, and with nothing but name and password', async () => {
    await assertGranted(await grant({}));
    await assertGranted(await grant({ grant_type: 'password', scope: 'tasks:read tasks:write', client_id: 'web', client_secret: 'x' }));
    await assertGranted(await grant({ grant_type: '' }));
  });

  test('with a response of RFC 6749: bearer, expires_in, a refresh token, and nothing stored by a cache', async () => {
    const { body, headers } = await grant({});
    const { access_token, refresh_token, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 7 * 24 * 3600 });
    assert.equal(access_token.split('.').length, 3);
    assert.equal(refresh_token.split('.').length, 3);
    assert.equal(headers.get('Cache-Control'), 'no-store');
  });

  test('with the address in any case and between spaces', () => grant({ username: ` ${user.email.toUpperCase()} ` }).then(assertGranted));

  test('with a charset beside the content type, in any case of it', async () => {
    for (const type of [`${FORM}; charset=utf-8`, 'Application/X-WWW-Form-UrlEncoded']) await assertGranted(await send(form({}), type));
  });

  test('with every character of a password as a form escapes it', async () => {
    const password = 'Aa1 +&=%25;#?\u00e9\u540d\ud83d\ude00"';
    const careful = await signUp(worker, { password });
    await assertGranted(await grant({ username: careful.email, password }));
    const encoded = `username=${encodeURIComponent(careful.email)}&password=${encodeURIComponent(password)}`;
    await assertGranted(await send(encoded));
    assertDetail(await send(encoded.replace('%2B', '+')), 401, INCORRECT);
  });
});

describe('The form is refused', () => {
  test('with 401 and WWW-Authenticate: Bearer for a wrong password and for an unknown address alike', async () => {
    const responses = [await grant({ password: WRONG }), await grant({ username: randomEmail(), password: WRONG })];
    for (const response of responses) {
      assertDetail(response, 401, INCORRECT);
      assert.equal(response.headers.get('WWW-Authenticate'), 'Bearer');
    }
    assert.deepEqual([...responses[0].headers.keys()].sort(), [...responses[1].headers.keys()].sort());
    await assertGranted(await grant({}));
  });

  test('with 422 for any other grant, before the password is looked at', async () => {
    for (const grant_type of ['client_credentials', 'authorization_code', 'refresh_token', 'Password', 'password ', 'null']) {
      assertFieldErrors(await grant({ grant_type }), 'body.grant_type enum');
      assertFieldErrors(await grant({ grant_type, password: WRONG }), 'body.grant_type enum');
    }
    await assertGranted(await grant({}));
  });

  test('with 422 for fields that are missing or broken, all at once', async () => {
    assertFieldErrors(await send(''), ['body.username missing', 'body.password missing']);
    assertFieldErrors(await send('username=a%40example.com'), 'body.password missing');
    assertFieldErrors(await send('email=a%40example.com&password=x'), 'body.username missing');
    const json = JSON.stringify({ username: user.email, password: user.password });
    assertFieldErrors(await send(json), ['body.username missing', 'body.password missing']);
    assertFieldErrors(await grant({ username: 'ada', password: 'x'.repeat(129), grant_type: 'x' }),
      ['body.username value_error.email', 'body.password string_too_long', 'body.grant_type enum']);
  });

  test('with 415 where it is no form', async () => {
    const told = 'Unsupported media type: expected application/x-www-form-urlencoded';
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain', '']) {
      assertDetail(await send(form({}), type), 415, told);
    }
  });

  test('with 413 over 64 KiB, and with 422 or 401 where bytes are no text', async () => {
    assertDetail(await grant({ scope: 'x'.repeat(65 * 1024) }), 413, 'Request body too large');
    assertFieldErrors(await send('username=%FF%FE&password=%00'), 'body.username value_error.email');
    assertDetail(await send(`username=${encodeURIComponent(randomEmail())}&password=%FF%zz%`), 401, INCORRECT);
  });

  test('with 405 for any other method', async () => {
    const response = await anonymous(worker).get('/auth/token');
    assertDetail(response, 405, 'Method Not Allowed');
    assert.equal(response.headers.get('Allow'), 'POST');
  });
});

describe('The sign-in limit', () => {
  function assertLimited(response) {
    assertDetail(response, 429, 'Too many sign-in attempts');
    assert.match(response.headers.get('Retry-After'), /^[1-9]\d{0,2}$/);
  }

  test('is one with that of /api/auth/signin', async () => {
    const victim = await signUp(worker);
    for (let n = 0; n < 2; n += 1) assert.equal((await signIn(victim.email, WRONG)).status, 401);
    for (let n = 0; n < 3; n += 1) assert.equal((await grant({ username: victim.email, password: WRONG })).status, 401);
    assertLimited(await grant({ username: victim.email, password: victim.password }));
    assertLimited(await signIn(victim.email, victim.password));
  });

  test('holds for an address without an account, and begins anew after a success', async () => {
    const email = randomEmail();
    const statuses = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await grant({ username: email, password: WRONG })).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
    const lucky = await signUp(worker);
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 4; n += 1) assert.equal((await signIn(lucky.email, WRONG)).status, 401);
      await assertGranted(await grant({ username: lucky.email, password: lucky.password }));
    }
  });

  test('lets five of fifty at once reach the password, half of them on either route', async () => {
    const { email } = await signUp(worker);
    const tryOnce = (n) => (n % 2 ? signIn(email, WRONG) : grant({ username: email, password: WRONG }));
    const storm = await Promise.all(Array.from({ length: 50 }, (_, n) => tryOnce(n)));
    assert.equal(storm.filter(({ status }) => status === 401).length, 5);
    assert.equal(storm.filter(({ status }) => status === 429).length, 45);
  });

  test('is not used up by a form that is refused', async () => {
    const patient = await signUp(worker);
    const refused = { username: patient.email, password: WRONG, grant_type: 'x' };
    for (let n = 0; n < 6; n += 1) assert.equal((await grant(refused)).status, 422);
    await assertGranted(await grant({ username: patient.email, password: patient.password }));
  });
});
