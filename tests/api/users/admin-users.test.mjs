// One user by an administrator: GET, PATCH and DELETE /api/admin/users/{id}, DELETE …/sessions, and the search by address. What a
// suspension means for the user is in security/suspension, what a deletion deletes in auth/account-deletion.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { callerOfIssuer, rowsOf, setRole, signUpAdmin } from '../../support/admins.mjs';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const USERS = '/api/admin/users';
const ADMIN_ONLY = 'Admin access required';
const UNKNOWN = [randomUUID(), '1', 'me', '*', '%00', 'a%2Fb', "'%20OR%201=1", encodeURIComponent('用户'), 'x'.repeat(2_000)];

let admin;
const worker = useWorker();
const database = useDatabase(worker);
worker.onStart(async () => {
  admin = await signUpAdmin(worker, database);
});

/** Each route of one user. */
const routes = (id) => [
  ['GET', `${USERS}/${id}`], ['PATCH', `${USERS}/${id}`, { role: 'admin' }], ['DELETE', `${USERS}/${id}/sessions`], ['DELETE', `${USERS}/${id}`],
];
const send = (caller, [method, path, body]) => (body === undefined ? caller.send(method, path) : caller.patch(path, body));
const shown = async (user) => (await admin.get(`${USERS}/${user.userId}`)).body;

describe('Each route of one user', () => {
  test('is 403 and nothing else for a user who is no admin', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    for (const id of [other.userId, user.userId, ...UNKNOWN]) for (const route of routes(id)) assertDetail(await send(user, route), 403, ADMIN_ONLY);
    const headers = { 'Content-Type': 'application/json' };
    for (const options of [{ headers, body: '{' }, { headers, body: '{"role":7}' }, { body: 'role=admin' }, { headers, body: 'x'.repeat(70_000) }]) {
      assertDetail(await user.send('PATCH', `${USERS}/${other.userId}`, options), 403, ADMIN_ONLY);
    }
    assert.equal((await other.get('/api/tasks')).status, 200);
    assert.equal((await shown(user)).role, 'user');
  });

  test('is 403 for another issuer\'s caller whose role is not admin', async () => {
    const other = await signUp(worker);
    for (const role of [undefined, 'user', 'Admin', ['admin']]) {
      for (const route of routes(other.userId)) assertDetail(await send(callerOfIssuer(worker, 'eve', { role }), route), 403, ADMIN_ONLY);
    }
    assert.equal((await other.get('/api/tasks')).status, 200);
  });

  test('is 401 without a valid token, and for an admin who signed out or was demoted', async () => {
    const [gone, demoted, other] = [await signUpAdmin(worker, database), await signUpAdmin(worker, database), await signUp(worker)];
    await gone.post('/api/auth/signout');
    await setRole(database, demoted, 'user');
    for (const route of routes(other.userId)) {
      assertDetail(await send(anonymous(worker), route), 401, 'Authorization header missing');
      assertRevoked(await send(gone, route));
      assertDetail(await send(demoted, route), 403, ADMIN_ONLY);
    }
    assertRevoked(await gone.patch(`${USERS}/${other.userId}`, { role: 7 }));
    assert.equal((await other.get('/api/tasks')).status, 200);
  });

  test('is 404 for an id that is unknown or no id', async () => {
    for (const id of UNKNOWN) for (const route of routes(id)) assertDetail(await send(admin, route), 404, 'User not found');
  });

  test('is open to another issuer\'s admin', async () => {
    const issuersAdmin = callerOfIssuer(worker, 'their admin', { role: 'admin' });
    const user = await signUp(worker);
    assert.deepEqual((await issuersAdmin.get(`${USERS}/${user.userId}`)).body, await shown(user));
    assert.equal((await issuersAdmin.patch(`${USERS}/${user.userId}`, { role: 'admin' })).body.role, 'admin');
    assert.equal((await issuersAdmin.delete(`/api/admin/users/${user.userId}/sessions`)).status, 204);
    assertRevoked(await user.get('/api/tasks'));
    assert.equal((await issuersAdmin.delete(`${USERS}/${user.userId}`)).status, 204);
    assert.deepEqual(await rowsOf(database, user.userId), {});
  });
});

describe('GET', () => {
  test('shows what the list shows of the user', async () => {
    const user = await signUp(worker, { name: 'Grace' });
    const { status, body } = await admin.get(`${USERS}/${user.userId}`);
    assert.equal(status, 200);
    const { created_at, ...rest } = body;
    assert.match(created_at, /^\d{4}-/);
    assert.deepEqual(rest, { id: user.userId, email: user.email, name: 'Grace', role: 'user', email_verified: false, suspended: false });
    assert.deepEqual((await admin.get(`${USERS}?limit=500`)).body.find(({ id }) => id === user.userId), body);
  });
});

describe('PATCH', () => {
  test('changes the role and the suspension, each for itself, and returns the user', async () => {
    const user = await signUp(worker);
    const before = await shown(user);
    for (const [changes, expected] of [
      [{}, {}], [{ role: 'admin' }, { role: 'admin' }], [{ suspended: true }, { role: 'admin', suspended: true }],
      [{ role: 'user' }, { suspended: true }], [{ suspended: false, role: 'user' }, {}],
    ]) {
      const { status, body } = await admin.patch(`${USERS}/${user.userId}`, changes);
      assert.equal(status, 200);
      assert.deepEqual(body, { ...before, ...expected });
      assert.deepEqual(await shown(user), body);
    }
  });

  test('ignores every other field', async () => {
    const user = await signUp(worker);
    const before = await shown(user);
    const fields = { id: randomUUID(), email: 'x@example.com', email_verified: true, password_hash: 'x', name: 'X', created_at: 'x' };
    assert.deepEqual((await admin.patch(`${USERS}/${user.userId}`, fields)).body, before);
  });

  test('reports every invalid field, before an unknown id', async () => {
    for (const id of [(await signUp(worker)).userId, randomUUID()]) {
      const path = `${USERS}/${id}`;
      assertFieldErrors(await admin.patch(path, { role: 'root', suspended: 'yes' }), ['body.role enum', 'body.suspended bool_type']);
      assertFieldErrors(await admin.patch(path, { role: null, suspended: null }), ['body.role string_type', 'body.suspended bool_type']);
      assertFieldErrors(await admin.patch(path, { role: 'Admin', suspended: 1 }), ['body.role enum', 'body.suspended bool_type']);
      assertFieldErrors(await admin.patch(path, []), 'body dict_type');
      assert.equal((await admin.send('PATCH', path, { body: 'role=admin' })).status, 415);
    }
  });

  test('makes an admin at once, and a user again, and the next refresh carries the role', async () => {
    const user = await signUp(worker);
    await admin.patch(`${USERS}/${user.userId}`, { role: 'admin' });
    assert.equal((await user.get(USERS)).status, 200, 'the token of before');
    const { body } = await user.post('/api/auth/refresh', { refresh_token: user.refreshToken });
    assert.equal(JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url')).role, 'admin');
    await admin.patch(`${USERS}/${user.userId}`, { role: 'user' });
    for (const token of [user.token, body.access_token]) assertDetail(await new Caller(worker, token).get(USERS), 403, ADMIN_ONLY);
    assert.equal((await user.get('/api/tasks')).status, 200, 'the session stays');
  });
});

describe('DELETE …/sessions', () => {
  test('ends every session of the user and no other', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
    assert.equal((await admin.delete(`${USERS}/${user.userId}/sessions`)).status, 204);
    assertRevoked(await user.get('/api/tasks'));
    assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
    for (const refresh_token of [user.refreshToken, body.refresh_token]) {
      assertDetail(await anonymous(worker).post('/api/auth/refresh', { refresh_token }), 401, 'Invalid refresh token');
    }
    assert.equal((await other.get('/api/tasks')).status, 200);
    assert.equal((await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password })).status, 200);
  });

  test('is 204 for a user who has none', async () => {
    const user = await signUp(worker);
    for (const _ of [1, 2]) assert.equal((await admin.delete(`${USERS}/${user.userId}/sessions`)).status, 204);
  });
});

describe('The search by address', () => {
  const search = (email, rest = '') => admin.get(`${USERS}?email=${encodeURIComponent(email)}${rest}`);

  test('finds the one user who has the address in any spelling, and nobody else', async () => {
    const user = await signUp(worker, { email: 'Νίκος@münchen.de' });
    for (const spelling of ['νίκος@münchen.de', 'ΝΊΚΟΣ@XN--MNCHEN-3YA.DE', '  νίκοσ@münchen。de ']) {
      const { status, body, headers } = await search(spelling, '&limit=1');
      assert.equal(status, 200);
      assert.deepEqual(body, [await shown(user)]);
      assert.equal(headers.get('Link'), null);
    }
    assert.deepEqual((await search('nikos@example.com')).body, []);
    for (const pattern of ['%@example.com', '*@example.com', '_@example.com']) assert.deepEqual((await search(pattern)).body, []);
  });

  test('is 422 for text that is no address, and 403 for a user who is no admin', async () => {
    for (const text of ['', 'nikos', '@example.com', 'a@b']) assertFieldErrors(await search(text), 'query.email value_error.email');
    assertFieldErrors(await search('nikos', '&limit=0'), ['query.email value_error.email', 'query.limit greater_than_equal']);
    const user = await signUp(worker);
    for (const email of [user.email, admin.email, 'nikos']) assertDetail(await user.get(`${USERS}?email=${email}`), 403, ADMIN_ONLY);
  });
});
