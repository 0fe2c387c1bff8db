// POST /api/auth/signout ends one session at once, with every token of it, and leaves the user's other sessions active.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertDetail, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const worker = useWorker();

const signOut = (caller) => caller.post('/api/auth/signout');

test('returns 204 without a body and revokes the tokens of the session', async () => {
  const user = await signUp(worker);
  const response = await signOut(user);
  assert.equal(response.status, 204);
  assert.equal(response.body, null);
  assertRevoked(await user.get('/api/tasks'));
  assertRevoked(await user.post('/api/tasks', { title: 'too late' }));
  const refreshed = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
  assertDetail(refreshed, 401, 'Invalid refresh token');
});

test('needs neither a body nor a content type', async () => {
  const user = await signUp(worker);
  assert.equal((await user.send('POST', '/api/auth/signout')).status, 204);
  assertRevoked(await user.get('/api/tasks'));
});

test('ends no other session of the user', async () => {
  const user = await signUp(worker);
  const stranger = await signUp(worker);
  const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
  assert.equal((await signOut(user)).status, 204);
  assert.equal((await new Caller(worker, body.access_token).get('/api/tasks')).status, 200);
  assert.equal((await anonymous(worker).post('/api/auth/refresh', { refresh_token: body.refresh_token })).status, 200);
  assert.equal((await stranger.get('/api/tasks')).status, 200);
  const again = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
  assert.equal(again.status, 200);
});

test('revokes every token of the session, from before and after a refresh', async () => {
  const user = await signUp(worker);
  const { body } = await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
  assert.equal((await signOut(user)).status, 204);
  assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
});

test('is rejected the second time, since the token is revoked', async () => {
  const user = await signUp(worker);
  assert.equal((await signOut(user)).status, 204);
  assertRevoked(await signOut(user));
});

test('returns 204 for a token without a session, which stays valid', async () => {
  const caller = new Caller(worker, signToken({ sub: 'somebody', exp: now() + 60 }, worker));
  assert.equal((await signOut(caller)).status, 204);
  assert.equal((await caller.get('/api/tasks')).status, 200);
});

test('ends a session only for the user it belongs to', async () => {
  const [user, thief] = [await signUp(worker), await signUp(worker)];
  const { sid } = decodeToken(user.accessToken).claims;
  assertRevoked(await signOut(new Caller(worker, signToken({ sub: thief.userId, sid, exp: now() + 60 }, worker))));
  assert.equal((await user.get('/api/tasks')).status, 200);
});

test('is rejected without a token and with a refresh token', async () => {
  const user = await signUp(worker);
  assertDetail(await signOut(anonymous(worker)), 401, 'Authorization header missing');
  assertDetail(await signOut(new Caller(worker, user.refreshToken)), 401, 'Invalid token');
  assert.equal((await user.get('/api/tasks')).status, 200);
});
