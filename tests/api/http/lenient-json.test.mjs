// Lenient parsing of JSON bodies: a byte order mark, half a surrogate pair, numbers outside the range of a double, deep nesting.
// Members that the route does not read are skipped; in a field of the route each of these is that field's error.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertFieldErrors } from '../../support/assertions.mjs';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const BYTE_ORDER_MARK = '\ufeff';
const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth) => '{"a":'.repeat(depth) + '0' + '}'.repeat(depth);
/** Well-formed JSON (RFC 8259) that strict parsers reject. */
const ODD = {
  'the first half of a surrogate pair': String.raw`"\ud83d"`,
  'the second half of one': String.raw`"\ude00 alone"`,
  'both halves in the wrong order': String.raw`"\ude00\ud83d"`,
  'half a pair before another escape': String.raw`"\ud83d\n\ud83d\u0041"`,
  'half a pair in a list in an object': String.raw`{"a":["\udfff"]}`,
  'half a pair as a name': String.raw`{"\ud800":1}`,
  'a number beyond every double': '1e400',
  'a negative one': '-1.5E+99999',
  'a number of 400 digits': '9'.repeat(400),
  'a fraction of 400 digits': `0.${'1'.repeat(400)}`,
  'a list 127 deep': nested(127),
  'a list 128 deep': nested(128),
  'a list 25,000 deep': nested(25_000),
  'an object 5,000 deep': objects(5_000),
};

let ada, task;
const worker = useWorker({}, async () => {
  ada = await signUp(worker);
  task = (await ada.post('/api/tasks', { title: 'To be changed' })).body;
});

const JSON_TYPE = { 'Content-Type': 'application/json' };
const send = (body, { method = 'POST', path = '/api/tasks', caller = ada } = {}) => caller.send(method, path, { headers: JSON_TYPE, body });
const change = (body) => send(body, { method: 'PATCH', path: `/api/tasks/${task.id}` });

describe('A member that the route does not read is skipped', () => {
  for (const [what, value] of Object.entries(ODD)) {
    test(`when it holds ${what}`, async () => {
      for (const body of [`{"title":"Kept","other":${value}}`, `{"other": ${value} , "title": "Kept"}`]) {
        const { status, body: created } = await send(body);
        assert.deepEqual([status, created.title], [201, 'Kept']);
      }
      assert.equal((await change(`{"other":${value},"completed":true}`)).status, 200);
      const account = JSON.stringify({ email: randomEmail(), password: GOOD_PASSWORD });
      for (const [path, status] of [['/api/auth/signup', 201], ['/api/auth/signin', 200]]) {
        const response = await send(account.replace('{', `{"other":${value},`), { path, caller: anonymous(worker) });
        assert.equal(response.status, status, path);
      }
    });
  }

  test('when its name has half a surrogate pair', async () => {
    for (const name of [String.raw`\ud83d`, String.raw`title\udc00`, String.raw`\ud83dtitle`]) {
      assert.equal((await send(`{"${name}":1,"title":"Kept"}`)).status, 201, name);
      assertFieldErrors(await send(`{"${name}":"title"}`), 'body.title missing');
    }
  });

  test('but the body must be well-formed JSON', async () => {
    for (const value of [
      String.raw`"\ud83"`, String.raw`"\x41"`, String.raw`"\ud83dx`, '1e', '01', '1.', '.5', '+1', '0x1', '-', '[1,]', '[}', '{"a"}', '{"a":1,}',
      '{1:1}', 'nul', 'NaN', '"\t"', `${nested(200)}]`, '['.repeat(200), '{"a":'.repeat(200), '', '1 2',
    ]) {
      assertFieldErrors(await send(`{"title":"Kept","other":${value}}`), 'body json_invalid');
    }
    const invalidUtf8 = Buffer.concat([Buffer.from('{"title":"Kept","other":"'), Buffer.from([0xed, 0xa0, 0xbd]), Buffer.from('"}')]);
    assertFieldErrors(await send(invalidUtf8), 'body json_invalid');
  });

  test('but 128 KiB of brackets are rejected without a crash', async () => {
    for (const body of ['['.repeat(128 * 1024), `{"a":${'['.repeat(128 * 1024 - 5)}`, '{"a":'.repeat(26_000)]) {
      assertFieldErrors(await send(body), 'body json_invalid');
    }
    assertFieldErrors(await send(nested(64 * 1024)), 'body dict_type');
    assert.equal((await ada.get('/api/tasks?limit=1')).status, 200);
  });
});

describe('A field of the route', () => {
  const HALVES = Object.entries(ODD).filter(([, value]) => value.startsWith('"'));

  test('with half a surrogate pair is string_unicode, beside the errors of other fields', async () => {
    for (const [what, value] of HALVES) {
      const response = await send(`{"title":${value},"description":${value},"completed":${value}}`);
      assertFieldErrors(response, ['body.title string_unicode', 'body.description string_unicode', 'body.completed bool_type']);
      const { msg } = response.body.detail[0];
      assert.equal(msg, 'Input should be a valid string, unable to parse raw data as a unicode string', what);
      assertFieldErrors(await change(`{"title":"","description":${value}}`), ['body.title string_too_short', 'body.description string_unicode']);
      const options = { path: '/api/auth/signup', caller: anonymous(worker) };
      assertFieldErrors(await send(`{"email":${value},"password":"x","name":${value}}`, options),
        ['body.email string_unicode', 'body.password string_too_short', 'body.name string_unicode']);
      assertFieldErrors(await send(`{"email":"x","password":${value}}`, { ...options, path: '/api/auth/signin' }),
        ['body.email value_error.email', 'body.password string_unicode']);
      assertFieldErrors(await send(`{"refresh_token":${value}}`, { ...options, path: '/api/auth/refresh' }), 'body.refresh_token string_unicode');
    }
  });

  test('of a wrong type is string_type or bool_type, whatever it holds', async () => {
    for (const [, value] of Object.entries(ODD).filter(([, value]) => !value.startsWith('"'))) {
      // Three of the largest values would exceed the maximum size of a body.
      const fields = value.length > 10_000 ? { title: 'string_type' } : { title: 'string_type', description: 'string_type', completed: 'bool_type' };
      const body = `{${Object.keys(fields).map((name) => `"${name}":${value}`)}}`;
      assertFieldErrors(await send(body), Object.entries(fields).map(([name, type]) => `body.${name} ${type}`));
    }
  });

  test('has its last value if it occurs twice, also under an escaped name', async () => {
    assert.equal((await send(String.raw`{"title":"\ud83d","title":1e400,"title":"Last"}`)).body.title, 'Last');
    assert.equal((await send(String.raw`{"title":1,"\u0074itle":"Last"}`)).body.title, 'Last');
    assertFieldErrors(await send(String.raw`{"title":"First","title":"\ud83d"}`), 'body.title string_unicode');
  });

  test('keeps every escaped character', async () => {
    const { body } = await send(String.raw`{"title":"\ud83d\ude00\u0000\u00e9\"\\\/\b\f\n\r\t\uffff\u2028"}`);
    assert.equal(body.title, '\u{1f600}\u0000\u00e9"\\/\b\f\n\r\t\uffff\u2028');
  });
});

describe('A byte order mark', () => {
  test('before JSON is dropped', async () => {
    assert.equal((await send(`${BYTE_ORDER_MARK}{"title":"Marked"}`)).body.title, 'Marked');
    assert.equal((await change(`${BYTE_ORDER_MARK} {"completed":false}`)).status, 200);
    assertFieldErrors(await send(`${BYTE_ORDER_MARK}{}`), 'body.title missing');
    assertFieldErrors(await send(`${BYTE_ORDER_MARK}[]`), 'body dict_type');
  });

  test('before a form is dropped', async () => {
    const form = new URLSearchParams({ username: ada.email, password: ada.password });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const response = await anonymous(worker).send('POST', '/auth/token', { headers, body: `${BYTE_ORDER_MARK}${form}` });
    assert.equal(response.status, 200, JSON.stringify(response.body));
  });

  test('is dropped only once, in UTF-8, at the very beginning', async () => {
    const utf16 = Buffer.from(`${BYTE_ORDER_MARK}{"title":"Marked"}`, 'utf16le');
    for (const body of [BYTE_ORDER_MARK, `${BYTE_ORDER_MARK.repeat(2)}{"title":"a"}`, ` ${BYTE_ORDER_MARK}{"title":"a"}`, utf16]) {
      assertFieldErrors(await send(body), 'body json_invalid');
    }
    assert.equal((await send(`{"title":"${BYTE_ORDER_MARK}Kept"}`)).body.title, `${BYTE_ORDER_MARK}Kept`);
  });
});
