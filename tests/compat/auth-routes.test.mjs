// The auth-routes design, the source of sign-up, sign-in and refresh: its acceptance criteria and its rules on tokens, line by line.
// A client of that design works with this service.
//
// Where this service differs from the design:
// - "All endpoints tested with pytest": with node:test, against the Worker itself; there is no Python here.
// - "Hash password using bcrypt or argon2": Argon2id only; bcrypt truncates a password to 72 bytes.
// - `email: EmailStr` alone: an address also needs a domain with a dot, and is one account in any case.
// - `status 200` for a sign-up: 201, as for every created resource.
// - "Return 403 for unauthorized access (wrong user)": only if the path has the user. Another user's task is 404, like an unknown id,
//   since 403 would reveal that it exists.
// - One BETTER_AUTH_SECRET that signs and verifies: here it only verifies. Better Auth would accept this service's tokens as its own.
// - `detail="Invalid token"` for every token: the detail distinguishes a missing, an expired and a revoked one.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { routerPaths } from '../support/router.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const DAY = 24 * 3600;
const WRONG = 'Wrong horse 8 battery';
const REFRESH_RESPONSE = ['access_token', 'email', 'expires_in', 'refresh_token', 'token_type', 'user_id'];
const AUTH_RESPONSE = ['device_token', ...REFRESH_RESPONSE].sort();

const worker = useWorker();
const db = useDatabase(worker);

const call = (path, fields) => anonymous(worker).post(path, fields);
const signIn = (email, password) => call('/api/auth/signin', { email, password });
const refresh = (refresh_token) => call('/api/auth/refresh', { refresh_token });

async function assertAccepted(token) {
  const { status, body } = await new Caller(worker, token).get('/api/tasks');
  assert.equal(status, 200, JSON.stringify(body));
}

describe('Acceptance criteria', () => {
  test('Signup endpoint creates user and returns valid JWT', async () => {
    const email = randomEmail();
    const { status, body } = await call('/api/auth/signup', { email, password: GOOD_PASSWORD });
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(body).sort(), AUTH_RESPONSE);
    assert.deepEqual([body.email, body.token_type], [email, 'bearer']);
    assert.equal((await db.prepare('SELECT email FROM users WHERE id = ?').bind(body.user_id).first()).email, email);
    await assertAccepted(body.access_token);
  });

  test('Signin endpoint authenticates user and returns JWT', async () => {
    const user = await signUp(worker);
    const { status, body } = await signIn(user.email, user.password);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), AUTH_RESPONSE);
    assert.deepEqual([body.user_id, body.email, body.token_type], [user.userId, user.email, 'bearer']);
    await assertAccepted(body.access_token);
  });

  test('Email validation prevents invalid formats', async () => {
    for (const email of ['plain', '@example.com', 'a@', 'a@localhost', 'a b@example.com', 'a@b@example.com', 'a@example..com', '']) {
      assertFieldErrors(await call('/api/auth/signup', { email, password: GOOD_PASSWORD }), 'body.email value_error.email');
    }
  });

  test('Password hashing implemented securely', async () => {
    const users = [await signUp(worker), await signUp(worker)];
    const hashes = [];
    for (const { userId } of users) {
      const row = await db.prepare('SELECT * FROM users WHERE id = ?').bind(userId).first();
      assert.ok(!JSON.stringify(row).includes(GOOD_PASSWORD));
      assert.match(row.password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      hashes.push(row.password_hash);
    }
    assert.notEqual(hashes[0], hashes[1], 'a random salt for each hash');
  });

  test('Duplicate email rejected (409 Conflict)', async () => {
    const { email } = await signUp(worker);
    for (const again of [email, email.toUpperCase()]) {
      const response = await call('/api/auth/signup', { email: again, password: GOOD_PASSWORD });
      assertDetail(response, 409, 'Email already registered');
    }
  });

  test('Invalid credentials return 401 (no user enumeration)', async () => {
    const { email } = await signUp(worker);
    const responses = [await signIn(email, WRONG), await signIn(randomEmail(), WRONG)];
    for (const response of responses) assertDetail(response, 401, 'Invalid credentials');
    const names = responses.map(({ headers }) => [...headers.keys()].sort());
    assert.deepEqual(names[0], names[1]);
  });

  test('Token refresh endpoint works correctly', async () => {
    const user = await signUp(worker);
    const { status, body } = await refresh(user.refreshToken);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), REFRESH_RESPONSE);
    assert.deepEqual([body.user_id, body.email], [user.userId, user.email]);
    assert.notEqual(body.refresh_token, user.refreshToken);
    await assertAccepted(body.access_token);
    assert.equal((await refresh(body.refresh_token)).status, 200);
    for (const bad of [user.accessToken, 'a.bad.token', '']) assertDetail(await refresh(bad), 401, 'Invalid refresh token');
    assertFieldErrors(await call('/api/auth/refresh', {}), 'body.refresh_token missing');
  });

  test('Protected endpoints require valid JWT', async () => {
    const user = await signUp(worker);
    for (const [method, path] of [
      ['GET', '/api/tasks'], ['POST', '/api/tasks'], ['GET', '/api/tasks/1'], ['PUT', '/api/tasks/1'],
      ['PATCH', '/api/tasks/1'], ['DELETE', '/api/tasks/1'], ['POST', '/api/auth/signout'],
    ]) {
      assertDetail(await anonymous(worker).send(method, path), 401, 'Authorization header missing');
      const forged = signToken({ sub: user.userId, exp: now() + 600 }, { secret: 'x'.repeat(32) });
      for (const token of ['nonsense', forged, user.refreshToken]) {
        assertDetail(await new Caller(worker, token).send(method, path), 401, 'Invalid token');
      }
    }
    await assertAccepted(user.accessToken);
  });

  test('User isolation enforced (no cross-user access)', async () => {
    const [ada, bob] = [await signUp(worker), await signUp(worker)];
    const { body: task } = await ada.post('/api/tasks', { title: 'Ada\'s task', user_id: bob.userId });
    assert.equal(task.user_id, ada.userId);
    assert.deepEqual((await bob.get('/api/tasks')).body, []);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : '{"title":"Bob was here"}';
      const headers = { 'Content-Type': 'application/json' };
      assertDetail(await bob.send(method, `/api/tasks/${task.id}`, { headers, body }), 404, 'Task not found');
    }
    assertDetail(await bob.get(`/api/users/${ada.userId}/todos`), 403, 'You can only access your own resources');
    assert.deepEqual((await ada.get('/api/tasks')).body, [task]);
  });

  test('All endpoints tested: a test requests each path of the router, and npm test runs it', () => {
    const read = (...names) => readFileSync(join(project, ...names), 'utf8');
    const [script, files] = [read('scripts', 'test.mjs'), read('scripts', 'worker-tests.mjs')];
    const suites = [.../^const suites = \[(.*)\];$/m.exec(files)[1].matchAll(/'([\w-]+)'/g)].map(([, name]) => join('tests', name));
    assert.ok(suites.length >= 5 && suites.includes(dirname(import.meta.filename).slice(project.length + 1)));
    const tests = suites.flatMap((suite) => readdirSync(join(project, suite), { recursive: true }).map((name) => join(suite, name)));
    const code = tests.filter((name) => name.endsWith('.test.mjs')).map((name) => read(name)).join('\n');
    for (const segments of routerPaths()) {
      const parts = segments.map((segment) => (segment === '{}' ? String.raw`(\$\{[^}]*\}|[\w-]+)` : segment));
      assert.ok(new RegExp(String.raw`['"\`]/${parts.join('/')}/?['"\`?]`).test(code), `/${segments.join('/')}`);
    }
    assert.match(JSON.parse(read('package.json')).scripts.test, /scripts\/test\.mjs/);
    assert.match(script, /work: testTogether\b/);
    assert.match(script, /work: testTimed\b/);
    assert.match(files, /testTogether = \(\) => runFiles\(testFiles\(\)\.filter\(\(file\) => !timed\.includes\(file\)\)/);
    assert.match(files, /runFiles\(timed, availableParallelism\(\)\)/);
  });

  test('Rate limiting implemented for signin: five attempts in 15 minutes', async () => {
    const user = await signUp(worker);
    for (let attempt = 1; attempt <= 5; attempt += 1) assert.equal((await signIn(user.email, WRONG)).status, 401);
    const sixth = await signIn(user.email, user.password);
    assertDetail(sixth, 429, 'Too many sign-in attempts');
    const retryAfter = Number(sixth.headers.get('Retry-After'));
    assert.ok(retryAfter > 15 * 60 - 120 && retryAfter <= 15 * 60, `${retryAfter}`);
  });
});

describe('Validate password strength', () => {
  for (const [what, password, type] of [
    ['min 8 chars', 'Abcde1!', 'string_too_short'],
    ['mixed case', 'all lower 123', 'value_error.password'],
    ['mixed case, without lower case', 'ALL UPPER 123', 'value_error.password'],
    ['numbers', 'No Numbers Here', 'value_error.password'],
  ]) {
    test(what, async () => {
      assertFieldErrors(await call('/api/auth/signup', { email: randomEmail(), password }), `body.password ${type}`);
    });
  }
});

describe('Token management', () => {
  test('a JWT has `sub` (the user), `email` and `exp`; access tokens expire after 7 days, refresh tokens after 30', async () => {
    const user = await signUp(worker);
    const access = decodeToken(user.accessToken).claims;
    assert.deepEqual([access.sub, access.email, access.exp - access.iat], [user.userId, user.email, 7 * DAY]);
    const { exp } = decodeToken(user.refreshToken).claims;
    assert.ok(Math.abs(exp - now() - 30 * DAY) < 60, `${exp}`);
  });

  test('an expired token and one of a revoked session are 401', async () => {
    const user = await signUp(worker);
    const expired = new Caller(worker, signToken({ sub: randomUUID(), exp: now() - 1 }, worker));
    assertDetail(await expired.get('/api/tasks'), 401, 'Token expired');
    assert.equal((await user.post('/api/auth/signout')).status, 204);
    assertRevoked(await user.get('/api/tasks'));
    assertDetail(await refresh(user.refreshToken), 401, 'Invalid refresh token');
  });
});
