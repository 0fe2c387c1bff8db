// POST /auth/token of the fastapi-auth-setup design accepts what FastAPI's OAuth2PasswordRequestForm accepts (RFC 6749, section
// 4.3), so any OAuth2 client library with the password grant can sign in.
//
// Where this service differs from the design: `username` is an email address, since users have no other name, and an invalid one
// is 422; `grant_type` may also be empty; and the sixth attempt in 15 minutes is 429.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
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

describe('The password form is accepted', () => {
  test('with every field of OAuth2PasswordRequestForm, and with only username and password', async () => {
    await assertGranted(await grant({}));
    await assertGranted(await grant({ grant_type: 'password', scope: 'tasks:read tasks:write', client_id: 'web', client_secret: 'x' }));
    await assertGranted(await grant({ grant_type: '' }));
  });

  test('with the response of RFC 6749: bearer, expires_in, a refresh token, and no-store', async () => {
    const { body, headers } = await grant({});
    const { access_token, refresh_token, device_token, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 7 * 24 * 3600 });
    for (const token of [access_token, device_token]) assert.equal(token.split('.').length, 3);
    assert.equal(refresh_token.split('.').length, 3);
    assert.equal(headers.get('Cache-Control'), 'no-store');
  });

  test('with the address in any case and with surrounding spaces', () => grant({ username: ` ${user.email.toUpperCase()} ` }).then(assertGranted));

  test('with a content type in any case and with a charset', async () => {
    for (const type of [`${FORM}; charset=utf-8`, 'Application/X-WWW-Form-UrlEncoded']) await assertGranted(await send(form({}), type));
  });

  test('with every character of a password that a form escapes', async () => {
    const password = 'Aa1 +&=%25;#?\u00e9\u540d\ud83d\ude00"';
    const escaped = await signUp(worker, { password });
    await assertGranted(await grant({ username: escaped.email, password }));
    const encoded = `username=${encodeURIComponent(escaped.email)}&password=${encodeURIComponent(password)}`;
    await assertGranted(await send(encoded));
    assertDetail(await send(encoded.replace('%2B', '+')), 401, INCORRECT);
  });
});

describe('The password form is rejected', () => {
  test('with 401 and WWW-Authenticate: Bearer, for a wrong password as for an unknown address', async () => {
    const responses = [await grant({ password: WRONG }), await grant({ username: randomEmail(), password: WRONG })];
    for (const response of responses) {
      assertDetail(response, 401, INCORRECT);
      assert.equal(response.headers.get('WWW-Authenticate'), 'Bearer');
    }
    assert.deepEqual([...responses[0].headers.keys()].sort(), [...responses[1].headers.keys()].sort());
    await assertGranted(await grant({}));
  });

  test('with 422 for any other grant, before the password is checked', async () => {
    for (const grant_type of ['client_credentials', 'authorization_code', 'Refresh_token', 'Password', 'password ', 'null']) {
      assertFieldErrors(await grant({ grant_type }), 'body.grant_type enum');
      assertFieldErrors(await grant({ grant_type, password: WRONG }), 'body.grant_type enum');
    }
    await assertGranted(await grant({}));
  });

  test('with 422 and all errors at once for missing and invalid fields', async () => {
    assertFieldErrors(await send(''), ['body.username missing', 'body.password missing']);
    assertFieldErrors(await send('username=&password='), ['body.username value_error.email', 'body.password string_too_short']);
    assertFieldErrors(await send('username=a%40example.com'), 'body.password missing');
    assertFieldErrors(await send('email=a%40example.com&password=x'), 'body.username missing');
    const json = JSON.stringify({ username: user.email, password: user.password });
    assertFieldErrors(await send(json), ['body.username missing', 'body.password missing']);
    assertFieldErrors(await grant({ username: 'ada', password: 'x'.repeat(129), grant_type: 'x' }),
      ['body.username value_error.email', 'body.password string_too_long', 'body.grant_type enum']);
  });

  test('with 415 for any other content type', async () => {
    const detail = 'Unsupported media type: expected application/x-www-form-urlencoded';
    for (const type of ['application/json', 'multipart/mixed; boundary=x', 'text/plain', 'application/x+json', '']) {
      assertDetail(await send(form({}), type), 415, detail);
    }
  });

  test('with 413 over 64 KiB, and with 422 or 401 for bytes that are no text', async () => {
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

describe('The sign-in limit of /auth/token', () => {
  function assertLimited(response) {
    assertDetail(response, 429, 'Too many sign-in attempts');
    assert.match(response.headers.get('Retry-After'), /^[1-9]\d{0,2}$/);
  }

  test('counts together with that of /api/auth/signin', async () => {
    const victim = await signUp(worker);
    for (let n = 0; n < 2; n += 1) assert.equal((await signIn(victim.email, WRONG)).status, 401);
    for (let n = 0; n < 3; n += 1) assert.equal((await grant({ username: victim.email, password: WRONG })).status, 401);
    assertLimited(await grant({ username: victim.email, password: victim.password }));
    assertLimited(await signIn(victim.email, victim.password));
  });

  test('applies to an address without an account, and is reset by a success', async () => {
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

  test('checks the password for five of fifty concurrent attempts over both routes', async () => {
    const { email } = await signUp(worker);
    const tryOnce = (n) => (n % 2 ? signIn(email, WRONG) : grant({ username: email, password: WRONG }));
    const responses = await Promise.all(Array.from({ length: 50 }, (_, n) => tryOnce(n)));
    assert.equal(responses.filter(({ status }) => status === 401).length, 5);
    assert.equal(responses.filter(({ status }) => status === 429).length, 45);
  });

  test('does not count a form that is rejected', async () => {
    const patient = await signUp(worker);
    const rejected = { username: patient.email, password: WRONG, grant_type: 'x' };
    for (let n = 0; n < 6; n += 1) assert.equal((await grant(rejected)).status, 422);
    for (let n = 0; n < 6; n += 1) {
      assertFieldErrors(await grant({ username: patient.email, password: '' }), 'body.password string_too_short');
      assertFieldErrors(await signIn(patient.email, ''), 'body.password string_too_short');
    }
    await assertGranted(await grant({ username: patient.email, password: patient.password }));
  });
});
