// POST /auth/token and /auth/revoke with multipart/form-data (RFC 7578), as a browser's FormData sends it. FastAPI accepts both encodings
// of a form.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { multipart } from '../../support/openapi.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const WRONG = 'Wrong horse 8 battery';
const INCORRECT = 'Incorrect username or password';

let user;
const worker = useWorker({}, async () => {
  user = await signUp(worker, { password: 'Aa1 +&=%25;#?\u00e9\u540d\u{1f600}"' });
});

const send = ([type, body]) => anonymous(worker).send('POST', '/auth/token', { headers: { 'Content-Type': type }, body });
const good = (fields) => ({ username: user.email, password: user.password, ...fields });
const assertGranted = (response) => assert.equal(response.status, 200, JSON.stringify(response.body));

describe('A multipart form is accepted', () => {
  test('as fetch sends it', async () => {
    const body = new FormData();
    for (const [name, value] of Object.entries(good({ grant_type: 'password', scope: '' }))) body.set(name, value);
    const response = await fetch(`${worker.url}/auth/token`, { method: 'POST', body });
    const { access_token, refresh_token, device_token, ...rest } = await response.json();
    assert.deepEqual([response.status, rest], [200, { token_type: 'bearer', expires_in: 7 * 24 * 3600 }]);
    assert.equal(device_token.split('.').length, 3);
    assert.equal((await fetch(`${worker.url}/api/tasks`, { headers: { Authorization: `Bearer ${access_token}` } })).status, 200);
    assert.equal(refresh_token.split('.').length, 3);
  });

  test('with its content type in any case, with any boundary, quoted or not, and with a byte order mark', async () => {
    const [, body] = multipart(good());
    await assertGranted(await send(['Multipart/FORM-data; boundary=a-boundary', body]));
    await assertGranted(await send(['multipart/form-data; charset=utf-8; boundary="a-boundary"', body]));
    await assertGranted(await send(multipart(good(), `----WebKitFormBoundary${'7MA4YWxkTrZu0gW'}`)));
    await assertGranted(await send(['multipart/form-data; boundary=a-boundary', `\ufeff${body}`]));
  });

  test('with a content type for each part, in any order, and with an unknown file', async () => {
    const text = (value) => ({ text: value, type: 'text/plain; charset=utf-8' });
    const photo = { disposition: '; filename="a.png"', type: 'image/png', text: '\u0000\ud83d' };
    await assertGranted(await send(multipart({ photo, password: text(user.password), username: text(user.email) })));
  });

  test('with the last of several fields of one name', async () => {
    const twice = [['password', WRONG], ...Object.entries(good()), ['grant_type', 'x'], ['grant_type', 'password']];
    await assertGranted(await send(multipart(twice)));
    assertDetail(await send(multipart([...twice, ['password', WRONG]])), 401, INCORRECT);
  });

  test('in chunks, without Content-Length', async () => {
    const [type, body] = multipart(good());
    await assertGranted(await send([type, (function* pieces() {
      for (const character of body) yield character;
    })()]));
  });
});

test('A multipart form refreshes and revokes a session', async () => {
  const first = (await send(multipart(good()))).body;
  const refreshed = await send(multipart({ grant_type: 'refresh_token', refresh_token: first.refresh_token }));
  assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
  const [type, body] = multipart({ token: refreshed.body.refresh_token });
  const revoked = await anonymous(worker).send('POST', '/auth/revoke', { headers: { 'Content-Type': type }, body });
  assert.deepEqual([revoked.status, revoked.body], [200, {}]);
  assertRevoked(await new Caller(worker, refreshed.body.access_token).get('/api/tasks'));
});

describe('A multipart form is rejected', () => {
  test('with the errors of all fields at once', async () => {
    assertFieldErrors(await send(multipart({})), ['body.username missing', 'body.password missing']);
    assertFieldErrors(await send(multipart({ username: '', password: '' })), ['body.username value_error.email', 'body.password string_too_short']);
    assertFieldErrors(await send(multipart(good({ grant_type: 'x', username: 'ada' }))), ['body.grant_type enum', 'body.username value_error.email']);
    assertDetail(await send(multipart(good({ password: WRONG }))), 401, INCORRECT);
  });

  test('if a field is a file, which is not a string', async () => {
    const file = (text) => ({ disposition: '; filename="a.txt"', type: 'text/plain', text });
    assertFieldErrors(await send(multipart(good({ password: file(user.password) }))), 'body.password string_type');
    assertFieldErrors(await send(multipart({ username: file(''), password: file(''), grant_type: file('password') })),
      ['body.username string_type', 'body.password string_type', 'body.grant_type string_type']);
  });

  test('as a whole if it is malformed', async () => {
    const [type, body] = multipart(good());
    for (const malformed of [
      ['multipart/form-data', body], ['multipart/form-data; boundary=', body], ['multipart/form-data; boundary=other', body], [type, ''], [type, 'username=a&password=b'],
      [type, JSON.stringify(good())], [type, body.slice(0, -10)], [type, body.slice(0, 40)], [type, body.replaceAll('form-data', 'attachment')],
      [type, body.replaceAll(/; name="\w+"/g, '')],
    ]) {
      const response = await send(malformed);
      assertFieldErrors(response, 'body json_invalid');
      assert.equal(response.body.detail[0].msg, 'There was an error parsing the body');
    }
  });

  test('with 413 over 64 KiB, and with 415 on a JSON route', async () => {
    assertDetail(await send(multipart(good({ scope: 'x'.repeat(64 * 1024) }))), 413, 'Request body too large');
    const [type, body] = multipart({ email: user.email, password: user.password });
    const response = await anonymous(worker).send('POST', '/api/auth/signin', { headers: { 'Content-Type': type }, body });
    assertDetail(response, 415, 'Unsupported media type: expected application/json');
  });

  test('without counting as an attempt, unless the password is checked', async () => {
    const patient = await signUp(worker);
    const fields = { username: patient.email, password: '' };
    for (let n = 0; n < 6; n += 1) assert.equal((await send(multipart(fields))).status, 422);
    for (let n = 0; n < 5; n += 1) assert.equal((await send(multipart({ ...fields, password: WRONG }))).status, 401);
    assertDetail(await send(multipart({ ...fields, password: patient.password })), 429, 'Too many sign-in attempts');
  });
});
