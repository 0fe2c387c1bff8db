// Better Auth signs more than access tokens with its secret: links in emails and cookies, too. None of those may be accepted as an
// access token here.

import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Caller, signUp } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const secret = randomBytes(32).toString('base64url');
const email = 'ada@example.com';
let ada;
const worker = useWorker({ vars: { BETTER_AUTH_SECRET: secret } }, async () => {
  ada = await signUp(worker, { email });
});

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What Better Auth signs, by purpose. */
function tokens() {
  const times = { iat: now(), exp: now() + 3600 };
  const user = { id: ada.userId, email, emailVerified: true, name: 'Ada', createdAt: new Date(), updatedAt: new Date() };
  const session = { id: 's1', token: 'abcdefghijklmnopqrstuvwxyz012345', userId: ada.userId, expiresAt: new Date(Date.now() + 1e7) };
  const cached = { session, user, updatedAt: Date.now(), version: '1' };
  const signed = (claims, key = secret) => signToken({ ...claims, ...times }, { secret: key, header: { alg: 'HS256' } });
  const compact = { session: cached, expiresAt: Date.now() + 300_000 };
  const mac = (text) => createHmac('sha256', secret).update(text).digest('base64url');
  return {
    'to verify an address': signed({ email }),
    'to change an address': signed({ email, updateTo: 'eve@example.com' }),
    'to confirm a change': signed({ email, updateTo: 'eve@example.com', requestType: 'change-email-verification' }),
    'to cache a session in a cookie, as a JWT': signed(cached),
    'to cache a session in a cookie, signed': base64url({ ...compact, signature: mac(JSON.stringify(compact)) }),
    'to name a session in a cookie': `${session.token}.${mac(session.token)}`,
    'to verify an address, under JWT_SECRET': signed({ email }, worker.secret),
    'to cache a session in a cookie, under JWT_SECRET': signed(cached, worker.secret),
  };
}

test('rejects what Better Auth signs for another purpose', async () => {
  const signed = Object.entries(tokens());
  assert.equal(signed.length, 8);
  for (const [purpose, token] of signed) {
    for (const path of ['/api/tasks', `/api/users/${ada.userId}/todos`, `/api/users/${ada.userId}/profile`, '/api/admin/users']) {
      const response = await new Caller(worker, token).get(path);
      assert.equal(response.status, 401, `${purpose}: ${path}`);
      assert.match(response.body.detail, /^Invalid token/, purpose);
    }
    const session = await new Caller(worker, token).get('/api/auth/session');
    assert.deepEqual(session.body, { user: null }, purpose);
  }
});

test('accepts what its jwt plugin signs', async () => {
  const token = signToken({ sub: 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru', email, exp: now() + 60 }, { secret });
  assert.deepEqual((await new Caller(worker, token).get('/api/tasks')).body, []);
});
