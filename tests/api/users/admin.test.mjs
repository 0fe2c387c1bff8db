// GET /api/admin/users, the admin-only endpoint of the auth-skill design. The role comes from the user's row if there is one.
//
// Where this service differs from the design: `token_data["role"]` decides only for another issuer's token. For a token of this
// service it would keep a demoted admin in office for seven days.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { setRole as setRoleIn, signUpAdmin } from '../../support/admins.mjs';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { nextPage, readPages } from '../../support/pages.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const PATH = '/api/admin/users';
const ADMIN_ONLY = 'Admin access required';
const frontend = randomBytes(32).toString('base64url');

const worker = useWorker({ vars: { BETTER_AUTH_SECRET: frontend, BETTER_AUTH_TRUST_ROLE: 'true' } });
const db = useDatabase(worker);

const setRole = (user, role) => setRoleIn(db, user, role);
const newAdmin = () => signUpAdmin(worker, db);

describe('The list of users', () => {
  test('is 401 without a valid token and 403 for a user who is no admin', async () => {
    const user = await signUp(worker);
    assertDetail(await anonymous(worker).get(PATH), 401, 'Authorization header missing');
    assertDetail(await new Caller(worker, user.refreshToken).get(PATH), 401, 'Invalid token');
    assertDetail(await user.get(PATH), 403, ADMIN_ONLY);
    assertDetail(await user.get(`${PATH}?limit=0&after=x`), 403, ADMIN_ONLY);
  });

  test('is visible to a promoted user at once, with the token from before', async () => {
    const user = await signUp(worker);
    assertDetail(await user.get(PATH), 403, ADMIN_ONLY);
    await setRole(user, 'admin');
    const { status, body } = await user.get(PATH);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(decodeToken(user.accessToken).claims.role, 'user');
    assert.equal((await user.get(`/api/users/${user.userId}/profile`)).body.role, 'admin');
    assert.equal((await user.get('/api/auth/session')).body.user.role, 'admin');
  });

  test('is 403 for a demoted admin at once, although the token still has the role admin', async () => {
    const { email, password, ...rest } = await newAdmin();
    const signedIn = await anonymous(worker).post('/api/auth/signin', { email, password });
    const admin = new Caller(worker, signedIn.body.access_token);
    assert.equal(decodeToken(admin.token).claims.role, 'admin');
    assert.equal((await admin.get(PATH)).status, 200);
    await setRole({ email, ...rest }, 'user');
    assertDetail(await admin.get(PATH), 403, ADMIN_ONLY);
    assert.equal((await admin.get('/api/tasks')).status, 200, 'the admin\'s own tasks stay accessible');
  });

  test('is 401 for an admin who signed out', async () => {
    const admin = await newAdmin();
    await admin.post('/api/auth/signout');
    assertRevoked(await admin.get(PATH));
    assertRevoked(await admin.get(`${PATH}?limit=0`));
  });

  test('is visible to another issuer\'s token whose role claim is exactly admin', async () => {
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

  test('stays 403 for a user who sends a role in a sign-up, a registration or a task', async () => {
    const fields = { email: 'eve@example.com', name: 'Eve', password: 'Correct horse 7 battery', role: 'admin' };
    assert.equal((await anonymous(worker).post('/auth/register', fields)).body.role, 'user');
    const { body } = await anonymous(worker).post('/api/auth/signup', { ...fields, email: 'eva@example.com' });
    const eva = new Caller(worker, body.access_token);
    await eva.post('/api/tasks', { title: 'x', role: 'admin' });
    assertDetail(await eva.get(PATH), 403, ADMIN_ONLY);
  });
});

describe('An admin', () => {
  test('sees all users with id, email, name, role and created_at, and no password hash', async () => {
    const [admin, user] = [await newAdmin(), await signUp(worker, { name: 'Grace' })];
    const { status, body } = await admin.get(PATH);
    assert.equal(status, 200);
    for (const shown of body) assert.deepEqual(Object.keys(shown), ['id', 'email', 'name', 'role', 'created_at', 'email_verified', 'suspended']);
    assert.doesNotMatch(JSON.stringify(body), /argon2|hash|password/i);
    const { created_at, ...grace } = body.find(({ id }) => id === user.userId);
    assert.deepEqual(grace, { id: user.userId, email: user.email, name: 'Grace', role: 'user', email_verified: false, suspended: false });
    assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(body.find(({ id }) => id === admin.userId).role, 'admin');
  });

  test('reads page by page along the Link header, each user once, in the order of sign-up', async () => {
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

  test('cannot use the Link of another admin, of another list, or after a demotion', async () => {
    const [admin, other] = [await newAdmin(), await newAdmin()];
    const next = nextPage(worker, await admin.get(`${PATH}?limit=1`));
    assertFieldErrors(await other.get(next), 'query.after value_error.cursor');
    assertFieldErrors(await admin.get(next.replace(PATH, '/api/tasks')), 'query.after value_error.cursor');
    await setRole(admin, 'user');
    assertDetail(await admin.get(next), 403, ADMIN_ONLY);
  });

  test('gets every invalid query parameter reported', async () => {
    const admin = await newAdmin();
    assertFieldErrors(await admin.get(`${PATH}?limit=0&after=x`), ['query.limit greater_than_equal', 'query.after value_error.cursor']);
    assertFieldErrors(await admin.get(`${PATH}?limit=501`), 'query.limit less_than_equal');
    assertFieldErrors(await admin.get(`${PATH}?limit=ten`), 'query.limit int_parsing');
  });
});
