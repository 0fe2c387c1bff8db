// PATCH /api/users/{user_id}/profile: a user changes their name, and nothing else.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { ask, calls, callsFor, FAULTY } from '../../support/faults.mjs';
import { now, signToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const worker = useWorker(FAULTY);

const profileOf = ({ userId }) => `/api/users/${userId}/profile`;

describe('A change of the profile', () => {
  test('sets the name, clears it with null, and leaves what is absent', async () => {
    const user = await signUp(worker, { name: 'Ada' });
    const { body: before } = await user.get(profileOf(user));
    for (const [changes, name] of [[{ name: 'Ada Lovelace' }, 'Ada Lovelace'], [{}, 'Ada Lovelace'], [{ name: null }, null], [{}, null], [{ name: '😀'.repeat(100) }, '😀'.repeat(100)]]) {
      const response = await user.patch(profileOf(user), changes);
      assert.equal(response.status, 200, JSON.stringify(response.body));
      assert.deepEqual(response.body, { ...before, name });
      assert.deepEqual((await user.get(profileOf(user))).body, response.body);
    }
  });

  test('ignores every other field', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker, { name: 'Grace' })];
    const { body: before } = await user.get(profileOf(user));
    const others = { id: other.userId, user_id: other.userId, email: 'x@example.com', role: 'admin', email_verified: true, suspended: true, password_hash: 'x' };
    const { status, body } = await user.patch(profileOf(user), { name: 'Ada', ...others });
    assert.equal(status, 200);
    assert.deepEqual(body, { ...before, name: 'Ada' });
    assert.equal((await other.get(profileOf(other))).body.name, 'Grace');
  });

  test('is 422 for a name that is none', async () => {
    const user = await signUp(worker, { name: 'Ada' });
    for (const [name, type] of [['', 'string_too_short'], ['x'.repeat(101), 'string_too_long'], [7, 'string_type'], [true, 'string_type'], [['Ada'], 'string_type']]) {
      assertFieldErrors(await user.patch(profileOf(user), { name }), `body.name ${type}`);
    }
    assertFieldErrors(await user.patch(profileOf(user), ['name']), 'body dict_type');
    const unpaired = { headers: { 'Content-Type': 'application/json' }, body: '{"name":"\\ud83d"}' };
    assertFieldErrors(await user.send('PATCH', profileOf(user), unpaired), 'body.name string_unicode');
    assert.equal((await user.get(profileOf(user))).body.name, 'Ada');
  });

  test('is 403 for another user, who keeps the name', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker, { name: 'Grace' })];
    for (const body of [{ name: 'Mallory' }, { name: 7 }]) {
      assertDetail(await user.patch(profileOf(other), body), 403, 'You can only access your own resources');
    }
    assert.equal((await other.get(profileOf(other))).body.name, 'Grace');
  });

  test('is 404 for a subject that is no user of this service', async () => {
    const caller = new Caller(worker, signToken({ sub: 'somebody', exp: now() + 600 }, worker));
    assertDetail(await caller.patch(profileOf({ userId: 'somebody' }), { name: 'Ada' }), 404, 'User not found');
  });

  test('is 401 without a token, and for a session that has ended, whatever else is wrong', async () => {
    const [user, other] = [await signUp(worker, { name: 'Ada' }), await signUp(worker)];
    assertDetail(await anonymous(worker).patch(profileOf(user), { name: 'x' }), 401, 'Authorization header missing');
    const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
    await user.post('/api/auth/signout');
    for (const name of ['Mallory', 7]) {
      assertRevoked(await user.patch(profileOf(user), { name }));
      assertRevoked(await user.patch(profileOf(other), { name }));
    }
    assert.equal((await new Caller(worker, body.access_token).get(profileOf(user))).body.name, 'Ada');
  });

  test('takes JSON of 64 KiB at most', async () => {
    const user = await signUp(worker);
    const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'name=Ada' };
    assertDetail(await user.send('PATCH', profileOf(user), form), 415, 'Unsupported media type: expected application/json');
    assertDetail(await user.patch(profileOf(user), { name: 'x'.repeat(65 * 1024) }), 413, 'Request body too large');
  });

  test('asks the database once', async () => {
    const user = await signUp(worker);
    const request = { method: 'PATCH', path: profileOf(user), body: { name: 'Ada' } };
    assert.deepEqual(calls(await ask(user, request)), callsFor(user, { single: 1, main: 1, home: 1 }));
  });
});
