// The backend-auth design: a backend that verifies a Better Auth frontend's tokens and keeps each user's tasks apart. Its error
// responses, best practices, key principles and test examples, line by line, on a worker with the design's three settings.
// Tokens of the libraries that its users sign with are in security/third-party-tokens.test.mjs.
//
// Where this service differs from the design:
// - The unit test's token `{"sub": "test-user-id"}` without `exp`: rejected, since a token that never expires cannot be withdrawn.
// - BETTER_AUTH_SECRET as the only secret: it only verifies; JWT_SECRET signs and is required.
// - `detail=f"Invalid token: {e}"`: `Invalid token`, since the library's reason helps an attacker; an expired one has `Token expired`.
// - `split(" ")[1]` of the header: exactly `Bearer <token>`, the scheme in any case, and one header.
// - "Short expiration (15-30 minutes)": 7 days by default, in a session that can be ended at once; ACCESS_TOKEN_EXPIRE_MINUTES=30
//   is accepted, as below.
// - POST returns 200: 201 with a Location. PUT changes what is sent, as the design's `exclude_unset` does, and PATCH is the same.
// - "403 You don't have permission to access this resource" (optional): the text is `You can only access your own resources`.
// - "10/minute" by address (optional): 3,000 a minute for a `sub`, since one address may be a whole office.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useWorker, withWorker } from '../support/use-worker.mjs';

const src = join(import.meta.dirname, '..', '..', 'src');
const secret = randomBytes(32).toString('base64url');
const ROUTES = [
  ['GET', '/api/tasks/'], ['POST', '/api/tasks/'], ['GET', '/api/tasks/1'], ['PUT', '/api/tasks/1'], ['DELETE', '/api/tasks/1'],
];

const worker = useWorker({ vars: { BETTER_AUTH_SECRET: secret, BETTER_AUTH_TRUST_ROLE: 'true', ALGORITHM: 'HS256', ACCESS_TOKEN_EXPIRE_MINUTES: '30' } });

const tokenOf = (claims) => signToken({ sub: randomUUID(), iat: now(), exp: now() + 1800, ...claims }, { secret });
const frontendUser = (claims) => new Caller(worker, tokenOf(claims));

describe('Testing protected routes', () => {
  test('test_get_tasks_unauthorized: 401', async () => assert.equal((await anonymous(worker).get('/api/tasks/')).status, 401));

  test('test_get_tasks_authorized: 200, with the `exp` that the example lacks; without it 401', async () => {
    const { status, body } = await frontendUser({ sub: 'test-user-id' }).get('/api/tasks/');
    assert.deepEqual({ status, body }, { status: 200, body: [] });
    const immortal = new Caller(worker, signToken({ sub: 'test-user-id' }, { secret }));
    assertDetail(await immortal.get('/api/tasks/'), 401, 'Invalid token');
  });
});

describe('Error responses', () => {
  test('401 Unauthorized: Authorization header missing', async () => {
    for (const [method, path] of ROUTES) {
      const response = await anonymous(worker).send(method, path);
      assertDetail(response, 401, 'Authorization header missing');
      assert.equal(response.headers.get('WWW-Authenticate'), 'Bearer');
    }
  });

  test('401 Unauthorized: Invalid authorization format. Use: Bearer <token>', async () => {
    const token = tokenOf();
    const twice = [`Bearer ${token}`, `Bearer ${token}`];
    for (const Authorization of [token, `Token ${token}`, `Bearer${token}`, `Bearer ${token} x`, 'Bearer', `Basic ${token}`, twice]) {
      const response = await anonymous(worker).get('/api/tasks/', { headers: { Authorization } });
      assertDetail(response, 401, 'Invalid authorization format. Use: Bearer <token>');
    }
  });

  test('401 Unauthorized: Invalid token: missing user identifier', async () => {
    for (const sub of [undefined, null, '', 7, ['a'], 'x'.repeat(256)]) {
      assertDetail(await frontendUser({ sub }).get('/api/tasks/'), 401, 'Invalid token: missing user identifier');
    }
  });

  test('404 Not Found (user isolation): Task not found', async () => {
    const { body: task } = await frontendUser().post('/api/tasks/', { title: 'Mine' });
    const stranger = frontendUser();
    for (const id of [task.id, randomUUID(), 'no-id']) {
      assertDetail(await stranger.get(`/api/tasks/${id}`), 404, 'Task not found');
      assertDetail(await stranger.put(`/api/tasks/${id}`, { title: 'Theirs' }), 404, 'Task not found');
      assertDetail(await stranger.delete(`/api/tasks/${id}`), 404, 'Task not found');
    }
  });

  test('403 Forbidden (optional): a path with another user', async () => {
    assertDetail(await frontendUser({ sub: 'ada' }).get('/api/users/bob/todos'), 403, 'You can only access your own resources');
  });
});

describe('Security best practices', () => {
  test('1. Always verify tokens: every task route rejects a forged one', async () => {
    const forged = new Caller(worker, signToken({ sub: 'ada', exp: now() + 600 }, { secret: 'x'.repeat(32) }));
    for (const [method, path] of ROUTES) assertDetail(await forged.send(method, path), 401, 'Invalid token');
  });

  test('2. Use https only: a token over plain http is rejected before it is checked', async () => {
    const headers = { Host: 'api.example.com' };
    assertDetail(await frontendUser().get('/api/tasks/', { headers }), 403, 'HTTPS required');
    assertDetail(await new Caller(worker, 'nonsense').get('/api/tasks/', { headers }), 403, 'HTTPS required');
  });

  test('3. Short expiration: ACCESS_TOKEN_EXPIRE_MINUTES=30 issues tokens of 30 minutes', async () => {
    const user = await signUp(worker);
    const { iat, exp } = decodeToken(user.accessToken).claims;
    assert.equal(exp - iat, 30 * 60);
    assert.equal((await anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken })).body.expires_in, 30 * 60);
  });

  test('4. Secure secret: with one of 31 bytes every route is 500', async () => {
    await withWorker({ vars: { BETTER_AUTH_SECRET: 'x'.repeat(31) } }, async (weak) => {
      const token = signToken({ sub: 'ada', exp: now() + 600 }, { secret: 'x'.repeat(31) });
      assertDetail(await new Caller(weak, token).get('/api/tasks/', { expect5xx: true }), 500, 'Internal Server Error');
    });
  });

  test('5. Validate all claims: exp, iat, nbf and sub', async () => {
    assertDetail(await frontendUser({ exp: now() }).get('/api/tasks/'), 401, 'Token expired');
    for (const claims of [{ exp: undefined }, { exp: 'soon' }, { exp: null }, { iat: now() + 120 }, { iat: 'now' }, { nbf: now() + 120 }]) {
      assertDetail(await frontendUser(claims).get('/api/tasks/'), 401, 'Invalid token');
    }
    for (const claims of [{ iat: now() + 30 }, { nbf: now() + 30 }, { iat: now() - 0.5 }, { iat: undefined }]) {
      assert.equal((await frontendUser(claims).get('/api/tasks/')).status, 200, JSON.stringify(claims));
    }
  });

  test('6. User isolation: every statement on tasks filters by the user of the token', () => {
    const print = ['run', '--quiet', '--locked', '--example', 'statements'];
    const statements = JSON.parse(execFileSync('cargo', print, { cwd: join(src, '..'), encoding: 'utf8' }));
    const touching = statements.filter(([, sql]) => /\btasks\b/.test(sql));
    assert.equal(touching.length, 18);
    // For deleted users the daily clean-up asks only whether there are any: query-plans.test.mjs looks at that statement.
    for (const [name, sql] of touching.filter(([name]) => name !== 'BEGIN_DELETIONS')) assert.match(sql, /user_id = \+?\?1|INSERT INTO tasks \(user_id[^]*SELECT \?1,/, name);
  });

  test('7. No user trust: neither body, query nor path determines the owner of a task', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()];
    const caller = frontendUser({ sub: ada });
    const { body: task } = await caller.post(`/api/tasks/?user_id=${bob}`, { title: 'Mine', user_id: bob, id: randomUUID() });
    assert.equal(task.user_id, ada);
    assert.equal((await caller.put(`/api/tasks/${task.id}`, { user_id: bob })).body.user_id, ada);
    for (const name of ['user_id', 'sub', 'id']) {
      assert.deepEqual((await frontendUser({ sub: bob }).get(`/api/tasks/?${name}=${ada}`)).body, []);
    }
  });
});

describe('Key principles', () => {
  test('1. Backend-only: a user of the frontend needs no account here', async () => {
    const sub = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
    const { status, body } = await frontendUser({ sub }).post('/api/tasks/', { title: 'From the frontend' });
    assert.deepEqual([status, body.user_id], [201, sub]);
  });

  test('2. Extract from JWT: the user is `sub`, not `user_id`, `id` or an address', async () => {
    const caller = frontendUser({ sub: 'ada', user_id: 'bob', id: 'bob', email: 'bob@example.com', sid: randomUUID() });
    assert.equal((await caller.post('/api/tasks/', { title: 'Mine' })).body.user_id, 'ada');
  });

  test('3. Always filter: each of two users sees only their own tasks', async () => {
    const users = [randomUUID(), randomUUID()].map((sub) => ({ sub, caller: frontendUser({ sub }) }));
    for (const { sub, caller } of users) await caller.post('/api/tasks/', { title: `Of ${sub}` });
    for (const { sub, caller } of users) {
      assert.deepEqual((await caller.get('/api/tasks/')).body.map(({ title }) => title), [`Of ${sub}`]);
    }
  });

  test('4. Return 401: a token of a revoked session is 401 on every task route', async () => {
    const user = await signUp(worker);
    await user.post('/api/auth/signout');
    for (const [method, path] of ROUTES) assertRevoked(await user.send(method, path));
  });

  test('5. Return 404: a deleted task is 404 for its owner too', async () => {
    const caller = frontendUser();
    const { body: task } = await caller.post('/api/tasks/', { title: 'Mine', description: 'Once' });
    const { body: changed } = await caller.put(`/api/tasks/${task.id}`, { completed: true });
    assert.deepEqual(changed, { ...task, completed: true, updated_at: changed.updated_at });
    assertFieldErrors(await caller.put(`/api/tasks/${task.id}`, { title: '' }), 'body.title string_too_short');
    assertDetail(await caller.delete(`/api/tasks/${task.id}`), 200, 'Task deleted');
    assertDetail(await caller.delete(`/api/tasks/${task.id}`), 404, 'Task not found');
  });

  test('6. Use dependencies: task queries require a verified caller', () => {
    const names = readdirSync(src, { recursive: true }).filter((name) => name.endsWith('.rs'));
    const holding = (pattern) => names.filter((name) => pattern.test(readFileSync(join(src, name), 'utf8')));
    assert.deepEqual(holding(/(?<!struct |impl )\bAuthUser \{/), [join('auth', 'guard.rs')], 'one place creates an AuthUser');
    // Deletion also runs for users who are deleted already: its statements only reach tasks behind a row in `deletions`.
    assert.deepEqual(holding(/statements::\w*TASK/).sort(), ['caller_account.rs', 'deletion.rs', 'tasks.rs'].map((name) => join('store', name)));
    for (const name of ['caller_account.rs', 'tasks.rs']) assert.match(readFileSync(join(src, 'store', name), 'utf8'), /^impl CallerStore<'_> \{/m);
    assert.match(readFileSync(join(src, 'store', 'caller.rs'), 'utf8'), /pub fn new\(main: &'a Store, home: Option<&'a Store>, user: &'a AuthUser,/);
  });

  test('7. Test protected routes: a valid token is accepted on each of them', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const statuses = [];
    for (const [method, path] of ROUTES) {
      const body = method === 'POST' || method === 'PUT' ? '{"title":"Mine"}' : undefined;
      statuses.push((await frontendUser().send(method, path, { headers, body })).status);
    }
    assert.deepEqual(statuses, [200, 201, 404, 404, 404]);
  });
});

describe('Optional authentication: GET /api/auth/session', () => {
  const session = async (caller, options) => {
    const { status, body, headers } = await caller.get('/api/auth/session', options);
    assert.equal(status, 200);
    assert.equal(headers.get('WWW-Authenticate'), null);
    assert.deepEqual(Object.keys(body), ['user']);
    return body.user;
  };

  test('returns the user of a token of this service', async () => {
    const user = await signUp(worker, { name: 'Ada' });
    const { created_at, ...rest } = await session(user);
    assert.deepEqual(rest, { id: user.userId, email: user.email, name: 'Ada', role: 'user', email_verified: false });
    assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('returns the claims of another issuer\'s token, and null for missing ones', async () => {
    const nothing = { email: null, name: null, role: null, created_at: null, email_verified: null };
    assert.deepEqual(await session(frontendUser({ sub: 'ada' })), { id: 'ada', ...nothing });
    const claims = { email: 'ada@example.com', name: 'Ada', role: 'admin' };
    assert.deepEqual(await session(frontendUser({ sub: 'ada', ...claims })), { id: 'ada', ...claims, created_at: null, email_verified: null });
    const odd = { email: 7, name: ['Ada'], role: {}, created_at: '2026-01-01T00:00:00.000Z' };
    assert.deepEqual(await session(frontendUser({ sub: 'ada', ...odd })), { id: 'ada', ...nothing });
  });

  test('returns null, never 401, without a token and for an invalid, expired, revoked or refresh token', async () => {
    const user = await signUp(worker);
    assert.equal(await session(anonymous(worker)), null);
    const bad = ['nonsense', 'a.b.c', user.refreshToken, tokenOf({ exp: now() }), tokenOf({ exp: undefined }), tokenOf({ sub: '' }),
      signToken({ sub: 'ada', exp: now() + 600 }, { secret: 'x'.repeat(32) }),
      signToken({ sub: user.userId, sid: randomUUID(), exp: now() + 600 }, worker)];
    for (const token of bad) assert.equal(await session(new Caller(worker, token)), null, token);
    for (const Authorization of ['Basic YTpi', 'Bearer', '', [`Bearer ${user.accessToken}`, `Bearer ${user.accessToken}`]]) {
      assert.equal(await session(anonymous(worker), { headers: { Authorization } }), null);
    }
    assert.equal((await session(user)).id, user.userId);
    await user.post('/api/auth/signout');
    assert.equal(await session(user), null);
  });
});
