// The service binding never throws, whatever another Worker passes: anything but a token is an invalid token, and anything but
// exactly `false` checks the session.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authenticate, BOUND, odd, rejected, verify } from '../../support/binding.mjs';
import { signUp } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';

let user;
const worker = useWorker(BOUND, async () => {
  user = await signUp(worker);
});

const NO_TEXT = [
  0, 42, true, false, [], {}, ['token'], { token: 'token' },
  ...['NaN', 'a BigInt', 'a date', 'a map', 'bytes', 'a boxed string', 'a function', 'a stub', 'a stream', 'a response', 'headers', 'an error', 'a circle'].map(odd),
];
const NO_TOKEN = ['', ' ', 'token', '..', 'a.b.c', '\u0000', 'Bearer a.b.c', 'é.é.é', ...['half a surrogate pair', '129 KiB', '30 MiB'].map(odd)];
const MISSING = { ok: false, status: 401, detail: 'Authorization header missing', www_authenticate: 'Bearer' };
const MALFORMED = { ok: false, status: 401, detail: 'Invalid authorization format. Use: Bearer <token>', www_authenticate: 'Bearer' };
const name = (value) => value?.odd ?? JSON.stringify(value);

describe('verify', () => {
  for (const value of [null, odd('undefined'), ...NO_TEXT, ...NO_TOKEN]) {
    test(`rejects ${name(value)} as an invalid token`, async () => {
      assert.deepEqual(await verify(worker, value), rejected('Invalid token'));
    });
  }

  test('rejects a call without arguments, and ignores further ones', async () => {
    assert.deepEqual(await verify(worker), rejected('Invalid token'));
    assert.equal((await verify(worker, user.accessToken, {}, { checkSession: false }, 'more')).ok, true);
  });
});

describe('authenticate', () => {
  for (const value of NO_TEXT) {
    test(`rejects ${name(value)} as an invalid token`, async () => {
      assert.deepEqual(await authenticate(worker, value), rejected('Invalid token'));
    });
  }

  test('reports a missing header for null, undefined and an empty text', async () => {
    for (const args of [[null], [odd('undefined')], [''], []]) assert.deepEqual(await authenticate(worker, ...args), MISSING);
  });

  test('reports a malformed header', async () => {
    for (const header of ['token', 'Bearer', 'Bearer ', 'Basic dTpw', 'Bearer a b', 'Bearer a,b', ' Bearer a.b.c', odd('half a surrogate pair')]) {
      assert.deepEqual(await authenticate(worker, header), MALFORMED, name(header));
    }
    for (const header of [odd('129 KiB'), odd('30 MiB')]) assert.deepEqual(await authenticate(worker, header), rejected('Invalid token'));
  });
});

describe('options', () => {
  const OTHERS = [
    null, false, true, 0, 1, '', 'false', [], {}, [false], { checkSession: null }, { checkSession: 0 }, { checkSession: '' }, { checkSession: 'false' },
    { checkSession: [] }, { checksession: false },
    ...['undefined', 'NaN', 'a BigInt', 'a date', 'a map', 'bytes', 'a boxed string', 'a function', 'a stub', 'a stream', 'a response', 'an error', 'a circle',
      'a function for checkSession', 'undefined for checkSession'].map(odd),
  ];
  test('other than checkSession false check the session', async () => {
    const signedOut = await signUp(worker);
    assert.equal((await signedOut.post('/api/auth/signout')).status, 204);
    assert.equal((await verify(worker, signedOut.accessToken, { checkSession: false })).ok, true);
    for (const options of OTHERS) {
      assert.equal((await verify(worker, user.accessToken, options)).ok, true, name(options));
      assert.deepEqual(await verify(worker, signedOut.accessToken, options), rejected('Token revoked'), name(options));
      assert.deepEqual(await authenticate(worker, `Bearer ${signedOut.accessToken}`, options), rejected('Token revoked'), name(options));
    }
  });
});
