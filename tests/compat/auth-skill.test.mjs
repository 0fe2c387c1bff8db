// The auth-skill design (Better Auth and FastAPI): its security checklist, test cases, error responses and key rule, line by line.
// Its routes have their own files: api/users/todos.test.mjs and api/users/admin.test.mjs.
//
// Where this service differs from the design:
// - "Passwords hashed with bcrypt (min 10 rounds)": Argon2id at OWASP's cost; bcrypt truncates a password to 72 bytes.
// - JWT_SECRET shared with Better Auth: Better Auth's own secret is BETTER_AUTH_SECRET, which only verifies. Tokens of this
//   service under it would be valid for any account there. A service that shares JWT_SECRET itself may still sign tokens.
// - The claim `user_id`, an int: the user is `sub` (RFC 7519, section 4.1.2), and an identifier is a UUIDv7.
// - "Missing or invalid authorization header": one text for each case.
// - "Invalid email format": pydantic's message, with the same `loc` and `type`.
// - "XSS prevention (sanitize output)": text is stored unchanged, since escaping belongs to the page that shows it. The response is
//   JSON by its content type, with nosniff, so no browser renders it as a page.
// - DATABASE_URL, NEXTAUTH_URL, API_URL: the database is a binding, and the other two are the frontend's.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail, assertFieldErrors } from '../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useDatabase, useWorker, withWorker } from '../support/use-worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const SECRETS = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'BETTER_AUTH_SECRET', 'CLIENT_ADDRESS_SECRET'];
const FRONTEND = 'https://app.example.com';
const WRONG = 'Wrong horse 8 battery';
const OWN_ONLY = 'You can only access your own resources';

const worker = useWorker({ vars: { ALLOWED_ORIGINS: FRONTEND } });
const db = useDatabase(worker);

const signIn = (email, password, options) => anonymous(worker).post('/api/auth/signin', { email, password }, options);
const trySignUp = (fields, at = worker, options = {}) =>
  anonymous(at).post('/api/auth/signup', { email: randomEmail(), password: GOOD_PASSWORD, ...fields }, options);

describe('Security checklist', () => {
  test('JWT_SECRET stored in environment variables (never hardcoded)', async () => {
    const files = ['src', 'build', 'scripts'].flatMap((folder) =>
      readdirSync(join(project, folder), { recursive: true }).map((name) => join(folder, name)));
    const code = files.filter((name) => /\.(rs|m?js|json)$/.test(name) && !name.endsWith('.test.mjs'));
    assert.ok(code.length > 20);
    const hardcoded = new RegExp(String.raw`\b(${SECRETS.join('|')})["']?\s*[:=]\s*["'\`][^"'\`]`);
    for (const name of [...code, 'wrangler.toml', 'package.json']) {
      assert.doesNotMatch(readFileSync(join(project, name), 'utf8'), hardcoded, name);
    }
    await withWorker({ vars: { JWT_SECRET: undefined } }, async (bare) => {
      assertDetail(await trySignUp({}, bare, { expect5xx: true }), 500, 'Internal Server Error');
    });
  });

  test('Passwords hashed (Argon2id in the place of bcrypt)', async () => {
    const { userId } = await signUp(worker);
    const { password_hash } = await db.prepare('SELECT password_hash FROM users WHERE id = ?').bind(userId).first();
    assert.match(password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  });

  test('Email validation on signup', async () => {
    for (const email of ['nobody', 'a@b', 'a b@example.com', `${'a'.repeat(250)}@example.com`]) {
      assertFieldErrors(await trySignUp({ email }), 'body.email value_error.email');
    }
  });

  test('Password strength requirements enforced', async () => {
    assertFieldErrors(await trySignUp({ password: 'Ab1' }), 'body.password string_too_short');
    for (const password of ['no capitals 1', 'NO SMALL ONES 1', 'No digits', 'Passw0rd']) {
      assertFieldErrors(await trySignUp({ password }), 'body.password value_error.password');
    }
  });

  test('Token expiration set (7 days recommended)', async () => {
    const { iat, exp } = decodeToken((await signUp(worker)).accessToken).claims;
    assert.equal(exp - iat, 7 * 24 * 3600);
  });

  test('HTTPS enforced in production', async () => {
    const headers = { Host: 'app.example.com' };
    for (const [method, path] of [['GET', '/api/tasks'], ['POST', '/api/auth/signin'], ['POST', '/auth/token'], ['GET', '/nowhere']]) {
      assertDetail(await anonymous(worker).send(method, path, { headers }), 403, 'HTTPS required');
    }
    await withWorker({ publicUrl: 'https://app.example.com' }, async (secure) => {
      const response = await (await signUp(secure)).get('/api/tasks');
      assert.equal(response.status, 200);
      assert.match(response.headers.get('Strict-Transport-Security'), /^max-age=\d{7,}/);
    });
  });

  test('Rate limiting on auth endpoints: five sign-ins for an account, 300 requests a minute for a client address', async () => {
    const user = await signUp(worker);
    const attempts = await Promise.all(Array.from({ length: 20 }, () => signIn(user.email, WRONG)));
    assert.equal(attempts.filter(({ status }) => status === 401).length, 5);
    assert.equal(attempts.filter(({ status }) => status === 429).length, 15);
    assertDetail(await signIn(user.email, user.password), 429, 'Too many sign-in attempts');

    const from = (address) => anonymous(worker).get('/api/auth/session', { headers: { 'CF-Connecting-IP': address } });
    let limited;
    // A new minute may begin meanwhile, which resets the count once.
    for (let sent = 0; sent < 700 && !limited; sent += 50) {
      const responses = await Promise.all(Array.from({ length: 50 }, () => from('203.0.113.9')));
      limited = responses.find(({ status }) => status !== 200);
      assert.ok(!limited || sent >= 250, `limited after ${sent}`);
    }
    assertDetail(limited, 429, 'Too many requests');
    assert.match(limited.headers.get('Retry-After'), /^[1-9]\d*$/);
    assert.equal((await from('203.0.113.10')).status, 200, 'another address is not affected');
  });

  test('Failed login attempts logged', { timeout: 20_000 }, async () => {
    const { email } = await signUp(worker);
    const { headers } = await signIn(email, WRONG);
    const isIt = (line) => line.includes('signin_failed') && line.includes(headers.get('X-Request-Id'));
    const line = () => worker.log().split('\n').find(isIt);
    while (!line()) await sleep(20);
    const entry = JSON.parse(line().slice(line().indexOf('{')));
    assert.deepEqual([entry.event, entry.reason], ['signin_failed', 'invalid_credentials']);
    for (const secret of [email, WRONG]) assert.ok(!worker.log().includes(secret));
  });

  test('User enumeration prevented (same error for invalid email/password)', async () => {
    const { email } = await signUp(worker);
    for (const address of [email, randomEmail()]) assertDetail(await signIn(address, WRONG), 401, 'Invalid credentials');
  });

  test('CORS configured properly', async () => {
    const user = await signUp(worker);
    const headers = { Origin: FRONTEND, 'Access-Control-Request-Method': 'PATCH', 'Access-Control-Request-Headers': 'authorization' };
    const preflight = await anonymous(worker).send('OPTIONS', '/api/tasks/1', { headers });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers.get('Access-Control-Allow-Methods'), /\bPATCH\b/);
    assert.match(preflight.headers.get('Access-Control-Allow-Headers'), /\bauthorization\b/i);
    for (const response of [preflight, await user.get('/api/tasks', { headers: { Origin: FRONTEND } })]) {
      assert.equal(response.headers.get('Access-Control-Allow-Origin'), FRONTEND);
      assert.equal(response.headers.get('Access-Control-Allow-Credentials'), 'true');
      assert.match(response.headers.get('Vary'), /\bOrigin\b/);
    }
    for (const origin of ['https://evil.example', 'null', `${FRONTEND}.evil.example`, 'http://app.example.com']) {
      const response = await user.get('/api/tasks', { headers: { Origin: origin } });
      assert.equal(response.status, 200);
      assert.deepEqual([...response.headers.keys()].filter((name) => name.startsWith('access-control')), [], origin);
    }
  });

  test('SQL injection prevented (use parameterized queries): text in every field is stored as text', async () => {
    const everything = async () => JSON.stringify(await Promise.all(['users', 'sessions', 'tasks'].map(async (table) =>
      (await db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()).results)));
    const user = await signUp(worker);
    const { body: task } = await user.post('/api/tasks', { title: 'Keep me' });
    const before = await everything();
    const attacks = [
      "' OR '1'='1", "'; DROP TABLE tasks; --", '" OR ""="', "x') ON CONFLICT DO UPDATE SET role='admin' --", '%', '?1', "\\'; --",
    ];
    for (const attack of attacks) {
      const inPath = encodeURIComponent(attack);
      const searches = ['completed', 'order', 'limit', 'after'].map((name) => user.get(`/api/tasks?${name}=${inPath}`));
      for (const [response, status] of [
        [await signIn(attack, WRONG), 422], [await signIn(`${randomEmail()}${attack}`, attack), 422],
        [await signIn(`'or'${attacks.indexOf(attack)}'='${attacks.indexOf(attack)}'--@example.com`, attack), 401],
        [await trySignUp({ email: attack }), 422], [await trySignUp({ password: attack.slice(0, 7) }), 422],
        [await anonymous(worker).post('/api/auth/refresh', { refresh_token: attack }), 401],
        [await user.get(`/api/tasks/${inPath}`), 404], [await user.delete(`/api/tasks/${inPath}`), 404],
        [await user.patch(`/api/tasks/${inPath}`, { title: attack }), 404], [await user.get(`/api/users/${inPath}/todos`), 403],
        [await user.get(`/api/users/${inPath}/profile`), 403],
        ...(await Promise.all(searches)).map((found) => [found, 422]),
        [await new Caller(worker, signToken({ sub: attack, exp: now() + 60 }, worker)).get('/api/tasks'), 200],
        [await new Caller(worker, signToken({ sub: user.userId, sid: attack, exp: now() + 60 }, worker)).get('/api/tasks'), 401],
      ]) assert.equal(response.status, status, `${attack}: ${JSON.stringify(response.body)}`);
      assert.equal(await everything(), before, attack);
    }
    for (const attack of attacks) {
      const { body } = await user.patch(`/api/tasks/${task.id}`, { title: attack, description: attack });
      assert.deepEqual([body.title, body.description], [attack, attack]);
      const { body: made } = await trySignUp({ name: attack });
      const { name, role } = await db.prepare('SELECT name, role FROM users WHERE id = ?').bind(made.user_id).first();
      assert.deepEqual([name, role], [attack, 'user']);
    }
    assert.equal((await user.get('/api/tasks')).body.length, 1);
  });

  test('XSS prevention: markup is returned unchanged as JSON that no browser renders', async () => {
    const user = await signUp(worker, { name: '<img src=x onerror=alert(1)>' });
    const title = '</script><script>alert(document.domain)</script>';
    const created = await user.post('/api/tasks', { title });
    for (const { headers } of [created, await user.get('/api/tasks'), await user.get(`/api/users/${user.userId}/profile`)]) {
      assert.match(headers.get('Content-Type'), /^application\/json/);
      assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
      assert.match(headers.get('Content-Security-Policy'), /default-src 'none'/);
    }
    assert.equal(created.body.title, title);
    const echoed = await anonymous(worker).get('/%3Cscript%3Ealert(1)%3C/script%3E');
    assertDetail(echoed, 404, 'Not Found');
  });
});

describe('Test cases', () => {
  test('1. Signup with valid credentials: success', async () => assert.equal((await trySignUp({ name: 'Ada' })).status, 201));

  test('2. Signup with duplicate email: 409 Conflict', async () => {
    assertDetail(await trySignUp({ email: (await signUp(worker)).email }), 409, 'Email already registered');
  });

  test('3. Signup with weak password: 422 Validation Error', async () => {
    assertFieldErrors(await trySignUp({ password: 'password123' }), 'body.password value_error.password');
  });

  test('4. Signin with valid credentials: JWT token returned', async () => {
    const user = await signUp(worker);
    const { status, body } = await signIn(user.email, user.password);
    assert.equal(status, 200);
    assert.equal(decodeToken(body.access_token).claims.sub, user.userId);
    assert.equal((await new Caller(worker, body.access_token).get('/api/tasks')).status, 200);
  });

  test('5. Signin with invalid credentials: 401 Unauthorized', async () => {
    assertDetail(await signIn((await signUp(worker)).email, WRONG), 401, 'Invalid credentials');
  });

  test('6. Access protected endpoint without token: 401', async () => {
    assertDetail(await anonymous(worker).get('/api/users/1/todos'), 401, 'Authorization header missing');
  });

  test('7. Access protected endpoint with expired token: 401', async () => {
    const { userId } = await signUp(worker);
    const expired = new Caller(worker, signToken({ sub: userId, exp: now() - 1 }, worker));
    assertDetail(await expired.get(`/api/users/${userId}/todos`), 401, 'Token expired');
  });

  test('8. Access another user\'s resources: 403', async () => {
    const [ada, bob] = [await signUp(worker), await signUp(worker)];
    assertDetail(await bob.get(`/api/users/${ada.userId}/todos`), 403, OWN_ONLY);
  });

  test('9. Access own resources with valid token: success', async () => {
    const user = await signUp(worker);
    const { status, body } = await user.get(`/api/users/${user.userId}/todos`);
    assert.deepEqual({ status, body }, { status: 200, body: [] });
  });
});

describe('Standard error responses', () => {
  test('401 Unauthorized - Invalid token', async () => {
    assertDetail(await new Caller(worker, 'nonsense').get('/api/users/1/todos'), 401, 'Invalid token');
  });

  test('403 Forbidden - Valid token but insufficient permissions', async () => {
    assertDetail(await (await signUp(worker)).get('/api/users/1/profile'), 403, OWN_ONLY);
  });

  test('422 Validation Error - Invalid input, with loc, msg and type', async () => {
    const { status, body } = await trySignUp({ email: 'nobody' });
    const detail = [{ loc: ['body', 'email'], msg: 'value is not a valid email address', type: 'value_error.email' }];
    assert.deepEqual({ status, body }, { status: 422, body: { detail } });
  });
});

test('Pattern 1: public endpoint (no auth): the health check', async () => {
  const { status, body } = await anonymous(worker).get('/api/health');
  assert.deepEqual({ status, body }, { status: 200, body: { status: 'ok' } });
});

test('Key security rule: never trust user_id from URL/body without JWT verification', async () => {
  const [ada, bob] = [await signUp(worker), await signUp(worker)];
  assertDetail(await anonymous(worker).post(`/api/users/${ada.userId}/todos`, { title: 'x' }), 401, 'Authorization header missing');
  assertDetail(await bob.post(`/api/users/${ada.userId}/todos`, { title: 'x' }), 403, OWN_ONLY);
  const { body } = await bob.post(`/api/users/${bob.userId}/todos`, { title: 'x', user_id: ada.userId });
  assert.equal(body.user_id, bob.userId);
  assert.deepEqual((await ada.get('/api/tasks')).body, []);
});
