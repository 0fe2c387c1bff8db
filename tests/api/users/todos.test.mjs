// /api/users/{user_id}/todos and /api/users/{user_id}/profile of the auth-skill design: the tasks of /api/tasks and the user of the
// token. Before anything else is checked, the user in the path must be the one in the token.
//
// Where this service differs from the design: `user_id` is text, since a UUID or another issuer's `sub` is no int; and the profile
// of a subject without an account (another issuer's `sub`) is 404 `User not found`, which the design does not define.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { nextPage, readPages } from '../../support/pages.mjs';
import { now, signToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const OWN_ONLY = 'You can only access your own resources';
const ROUTES = [
  ['GET', 'todos'], ['POST', 'todos'], ['GET', 'todos/1'], ['PUT', 'todos/1'], ['PATCH', 'todos/1'], ['DELETE', 'todos/1'],
  ['GET', 'profile'],
];

const worker = useWorker();

function callerOf(sub, claims) {
  return new Caller(worker, signToken({ sub, exp: now() + 600, ...claims }, worker));
}

describe('/api/users/{user_id}/todos', () => {
  test('creates, reads, changes and deletes the same tasks as /api/tasks', async () => {
    const user = await signUp(worker);
    const todos = `/api/users/${user.userId}/todos`;
    const created = await user.post(todos, { title: 'Buy milk', description: 'Two litres' });
    assert.equal(created.status, 201);
    assert.deepEqual([created.body.title, created.body.completed, created.body.user_id], ['Buy milk', false, user.userId]);
    const location = created.headers.get('Location');
    assert.equal(location, `${todos}/${created.body.id}`);
    for (const path of [location, `/api/tasks/${created.body.id}`]) assert.deepEqual((await user.get(path)).body, created.body);
    for (const path of [todos, `${todos}/`, '/api/tasks', '/tasks']) assert.deepEqual((await user.get(path)).body, [created.body], path);

    const { body: put } = await user.put(location, { title: 'Buy bread', description: null });
    assert.deepEqual([put.title, put.description, put.completed], ['Buy bread', null, false]);
    const { body: patched } = await user.patch(location, { completed: true });
    assert.deepEqual([patched.title, patched.completed], ['Buy bread', true]);
    assertFieldErrors(await user.patch(location, { title: ' ' }), 'body.title string_too_short');

    assertDetail(await user.delete(location), 200, 'Task deleted');
    assertDetail(await user.get(location), 404, 'Task not found');
    assert.deepEqual((await user.get('/api/tasks')).body, []);
  });

  test('is listed page by page under its own path, with the filters of /api/tasks', async () => {
    const user = await signUp(worker);
    const todos = `/api/users/${user.userId}/todos`;
    for (const n of [1, 2, 3, 4, 5]) await user.post(todos, { title: `Task ${n}`, completed: n > 3 });
    const all = (await user.get(todos)).body;
    assert.ok(nextPage(worker, await user.get(`${todos}?limit=2`)).startsWith(`${todos}?`));
    assert.deepEqual((await readPages(user, `${todos}?limit=2`)).map((page) => page.length), [2, 2, 1]);
    assert.deepEqual((await readPages(user, `${todos}?limit=2`)).flat(), all);
    assert.deepEqual((await user.get(`${todos}?completed=true&order=desc`)).body, all.slice(3).reverse());
    assertFieldErrors(await user.get(`${todos}?limit=0`), 'query.limit greater_than_equal');
  });

  test('returns 404 for a task of another user under one\'s own path', async () => {
    const [ada, bob] = [await signUp(worker), await signUp(worker)];
    const { body: task } = await ada.post('/api/tasks', { title: 'Of Ada' });
    for (const id of [task.id, randomUUID(), '7']) {
      assertDetail(await bob.delete(`/api/users/${bob.userId}/todos/${id}`), 404, 'Task not found');
    }
    assert.equal((await ada.get(`/api/tasks/${task.id}`)).status, 200);
  });
});

describe('/api/users/{user_id}/profile', () => {
  test('returns the user without the password hash', async () => {
    const user = await signUp(worker, { name: 'Ada Lovelace' });
    const { status, body } = await user.get(`/api/users/${user.userId}/profile`);
    assert.equal(status, 200);
    const { created_at, ...rest } = body;
    assert.deepEqual(rest, { id: user.userId, email: user.email, name: 'Ada Lovelace', role: 'user', email_verified: false });
    assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const nameless = await signUp(worker);
    assert.equal((await nameless.get(`/api/users/${nameless.userId}/profile`)).body.name, null);
  });

  test('is 404 for a subject without an account', async () => {
    const sub = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
    assertDetail(await callerOf(sub, { email: 'ada@example.com' }).get(`/api/users/${sub}/profile`), 404, 'User not found');
  });
});

describe('A path with another user', () => {
  test('is 403 on every route, whether that user exists or not', async () => {
    const [ada, bob] = [await signUp(worker), await signUp(worker)];
    const almost = [ada.userId.toUpperCase(), `${bob.userId}x`, `${bob.userId}%00`, `%20${bob.userId}`, `${bob.userId}%2F`, '1', 'me', '*'];
    for (const user of [ada.userId, randomUUID(), ...almost]) {
      for (const [method, rest] of ROUTES) assertDetail(await bob.send(method, `/api/users/${user}/${rest}`), 403, OWN_ONLY);
    }
  });

  test('is 403 before the query, the task, the size, the type or the body is checked', async () => {
    const user = await signUp(worker);
    const todos = `/api/users/${randomUUID()}/todos`;
    const headers = { 'Content-Type': 'application/json' };
    for (const [method, path, options] of [
      ['GET', `${todos}?limit=0`], ['PATCH', `${todos}/no-id`, { headers, body: '{' }], ['POST', todos, { headers, body: '{"title":7}' }],
      ['POST', todos, { body: 'title=x' }], ['POST', todos, { headers, body: 'x'.repeat(70_000) }],
      ['POST', todos, { headers: { ...headers, 'Content-Length': 10_000_000_000 }, body: '' }],
    ]) {
      assertDetail(await user.send(method, path, options), 403, OWN_ONLY);
    }
  });

  test('is 401 if the token is missing, invalid, expired or revoked', async () => {
    const user = await signUp(worker);
    await user.post('/api/auth/signout');
    for (const [method, rest] of ROUTES) {
      const path = `/api/users/${randomUUID()}/${rest}`;
      assertDetail(await anonymous(worker).send(method, path), 401, 'Authorization header missing');
      assertDetail(await new Caller(worker, 'nonsense').send(method, path), 401, 'Invalid token');
      assertDetail(await callerOf(user.userId, { exp: now() }).send(method, path), 401, 'Token expired');
      assertRevoked(await user.send(method, path));
      assertRevoked(await user.send(method, `/api/users/${user.userId}/${rest}`));
    }
  });

  test('is 404 or 405 if there is no such route, with a token or without', async () => {
    assertDetail(await anonymous(worker).get('/api/users/1'), 404, 'Not Found');
    assertDetail(await anonymous(worker).get('/api/users/1/todos/2/3'), 404, 'Not Found');
    assertDetail(await anonymous(worker).send('DELETE', '/api/users/1/profile'), 405, 'Method Not Allowed');
    assertDetail(await anonymous(worker).send('DELETE', '/api/users/1/todos'), 405, 'Method Not Allowed');
  });
});

describe('A user id that needs percent-encoding', () => {
  for (const sub of ['auth0|5f7c8ec7c33c6c004bbafe82', 'ada@example.com', 'a/b', '用户 7', '100%', 'a?b#c', "o'hara\"; --", 'a+b', '%41']) {
    test(`is found if encoded exactly once: ${sub}`, async () => {
      const caller = callerOf(sub);
      const encoded = encodeURIComponent(sub);
      const created = await caller.post(`/api/users/${encoded}/todos`, { title: 'Mine' });
      assert.equal(created.status, 201, JSON.stringify(created.body));
      assert.equal(created.body.user_id, sub);
      assert.deepEqual((await caller.get(created.headers.get('Location'))).body, created.body);
      assert.deepEqual((await readPages(caller, `/api/users/${encoded}/todos?limit=1`)).flat(), [created.body]);
      const everyByte = [...Buffer.from(sub)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      assert.equal((await caller.get(`/api/users/${everyByte}/todos`)).status, 200);
      const twice = encodeURIComponent(encoded);
      if (twice !== encoded) assertDetail(await caller.get(`/api/users/${twice}/todos`), 403, OWN_ONLY);
    });
  }
});
