// The auth-skill design's third pattern, the admin-only endpoint: /api/admin/users. The design reads the role from the token; here
// it is read from the user's row wherever there is one.
//
// Where this service decides otherwise: `token_data["role"]` decides only for another issuer's token. For a token of ours it would leave
// a demoted admin in office for seven days.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertFieldErrors, assertDetail, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { nextPage, readPages } from '../../support/pages.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const PATH = '/api/admin/users';
const ADMIN_ONLY = 'Admin access required';
const frontend = randomBytes(32).toString('base64url');

const worker = useWorker({ vars: { BETTER_AUTH_SECRET: frontend } });
const db = useDatabase(worker);

/** What the README's one line does. */
async function setRole(user, role) {
  const { meta } = await db.prepare('UPDATE users SET role = ? WHERE email = ?').bind(role, user.email).run();
  assert.equal(meta.changes, 1);
}

async function newAdmin() {
  const user = await signUp(worker);
  await setRole(user, 'admin');
  return user;
}

describe('Who may see the list of users', () => {
  test('Nobody without a good token: 401, and nobody who is no admin: 403', async () => {
    const user = await signUp(worker);
    assertDetail(await anonymous(worker).get(PATH), 401, 'Authorization header missing');
    assertDetail(await new Caller(worker, user.refreshToken).get(PATH), 401, 'Invalid token');
    assertDetail(await user.get(PATH), 403, ADMIN_ONLY);
    assertDetail(await user.get(`${PATH}?limit=0&after=x`), 403, ADMIN_ONLY);
  });

  test('A promoted user, at once and with the token they had', async () => {
    const user = await signUp(worker);
    assertDetail(await user.get(PATH), 403, ADMIN_ONLY);
    await setRole(user, 'admin');
    const { status, body } = await user.get(PATH);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(decodeToken(user.accessToken).claims.role, 'user');
    assert.equal((await user.get(`/api/users/${user.userId}/profile`)).body.role, 'admin');
    assert.equal((await user.get('/api/auth/session')).body.user.role, 'admin');
  });

  test('A demoted admin not, at once, although the token still says admin', async () => {
    const { email, password, ...rest } = await newAdmin();
    const signedIn = await anonymous(worker).post('/api/auth/signin', { email, password });
    const admin = new Caller(worker, signedIn.body.access_token);
    assert.equal(decodeToken(admin.token).claims.role, 'admin');
    assert.equal((await admin.get(PATH)).status, 200);
    await setRole({ email, ...rest }, 'user');
    assertDetail(await admin.get(PATH), 403, ADMIN_ONLY);
    assert.equal((await admin.get('/api/tasks')).status, 200, 'their own tasks are still theirs');
  });

  test('An admin who signed out not: 401', async () => {
    const admin = await newAdmin();
    await admin.post('/api/auth/signout');
    assertRevoked(await admin.get(PATH));
    assertRevoked(await admin.get(`${PATH}?limit=0`));
  });

  test('Another issuer\'s token whose role claim is admin, and none whose claim is anything else', async () => {
    for (const secret of [worker.secret, frontend]) {
      const caller = (role) => new Caller(worker, signToken({ sub: 'somebody else', role, exp: now() + 600 }, { secret }));
      assert.equal((await caller('admin').get(PATH)).status, 200);
      for (const role of [undefined, null, 'user', 'Admin', 'admin ', '', ['admin'], { admin: true }, true, 1]) {
        assertDetail(await caller(role).get(PATH), 403, ADMIN_ONLY);
      }
    }
    const withSession = signToken({ sub: 'somebody else', role: 'admin', sid: 'its own', exp: now() + 600 }, { secret: frontend });
    assert.equal((await new Caller(worker, withSession).get(PATH)).status, 200);
  });

  test('Nobody by asking for it: a role in a sign-up, a registration or a task makes no admin', async () => {
    const fields = { email: 'eve@example.com', name: 'Eve', password: 'Correct horse 7 battery', role: 'admin' };
    assert.equal((await anonymous(worker).post('/auth/register', fields)).body.role, 'user');
    const { body } = await anonymous(worker).post('/api/auth/signup', { ...fields, email: 'eva@example.com' });
    const eva = new Caller(worker, body.access_token);
    await eva.post('/api/tasks', { title: 'x', role: 'admin' });
    assertDetail(await eva.get(PATH), 403, ADMIN_ONLY);
  });
});

describe('What an admin sees', () => {
  test('All users with identifier, address, name, role and date, and never a hash', async () => {
    const [admin, user] = [await newAdmin(), await signUp(worker, { name: 'Grace' })];
    const { status, body } = await admin.get(PATH);
    assert.equal(status, 200);
    for (const shown of body) assert.deepEqual(Object.keys(shown), ['id', 'email', 'name', 'role', 'created_at', 'email_verified']);
    assert.doesNotMatch(JSON.stringify(body), /argon2|hash|password/i);
    const { created_at, ...grace } = body.find(({ id }) => id === user.userId);
    assert.deepEqual(grace, { id: user.userId, email: user.email, name: 'Grace', role: 'user', email_verified: false });
    assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(body.find(({ id }) => id === admin.userId).role, 'admin');
  });

  test('Page by page along the Link header, each user once, in the order of their coming', async () => {
    const admin = await newAdmin();
    while ((await admin.get(PATH)).body.length < 7) await signUp(worker);
    const all = (await admin.get(PATH)).body;
    const pages = await readPages(admin, `${PATH}?limit=3`);
    assert.ok(pages.slice(0, -1).every((page) => page.length === 3));
    assert.deepEqual(pages.flat(), all);
    assert.deepEqual(all.map(({ id }) => id), all.map(({ id }) => id).sort());
    assert.equal((await db.prepare('SELECT count(*) AS n FROM users').first()).n, all.length);
    assert.equal((await admin.get(`${PATH}?limit=500`)).headers.get('Link'), null);
  });

  test('A page\'s link is of no use to another admin, for another list, or once they are no admin', async () => {
    const [admin, other] = [await newAdmin(), await newAdmin()];
    const next = nextPage(worker, await admin.get(`${PATH}?limit=1`));
    assertFieldErrors(await other.get(next), 'query.after value_error.cursor');
    assertFieldErrors(await admin.get(next.replace(PATH, '/api/tasks')), 'query.after value_error.cursor');
    await setRole(admin, 'user');
    assertDetail(await admin.get(next), 403, ADMIN_ONLY);
  });

  test('A query that is broken: each broken parameter is named', async () => {
    const admin = await newAdmin();
    assertFieldErrors(await admin.get(`${PATH}?limit=0&after=x`), ['query.limit greater_than_equal', 'query.after value_error.cursor']);
    assertFieldErrors(await admin.get(`${PATH}?limit=501`), 'query.limit less_than_equal');
    assertFieldErrors(await admin.get(`${PATH}?limit=ten`), 'query.limit int_parsing');
  });
});
