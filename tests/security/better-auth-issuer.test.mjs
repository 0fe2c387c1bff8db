// A Better Auth frontend as an issuer beside this service: the rotation of its secret, the names of its users, and its role claim.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const newSecret = () => randomBytes(32).toString('base64url');

/** A caller with a token of this secret; `claims` replace those of a good one. */
function callerOf(worker, secret, claims) {
  return new Caller(worker, signToken({ sub: 'somebody', exp: now() + 600, ...claims }, { secret }));
}

describe('after the frontend\'s secret was rotated', () => {
  const [secret, previous] = [newSecret(), newSecret()];
  const worker = useWorker({ vars: { BETTER_AUTH_SECRET: secret, BETTER_AUTH_SECRET_PREVIOUS: previous } });

  test('a token of either secret is accepted, and both name the same user', async () => {
    const { status, body } = await callerOf(worker, previous).post('/api/tasks', { title: 'before the rotation' });
    assert.equal(status, 201, JSON.stringify(body));
    for (const either of [secret, previous]) assert.deepEqual((await callerOf(worker, either).get('/api/tasks')).body, [body]);
  });

  test('a token of the previous secret passes every other check, and its sid means nothing here', async () => {
    assertDetail(await callerOf(worker, previous, { exp: now() }).get('/api/tasks'), 401, 'Token expired');
    assertDetail(await callerOf(worker, previous, { exp: undefined }).get('/api/tasks'), 401, 'Invalid token');
    assert.equal((await callerOf(worker, previous, { sid: 'its own' }).get('/api/tasks')).status, 200);
    assertDetail(await callerOf(worker, newSecret()).get('/api/tasks'), 401, 'Invalid token');
  });

  test('the previous secret never signs, and refreshes nothing', async () => {
    const user = await signUp(worker);
    const posing = signToken(decodeToken(user.refreshToken).claims, { secret: previous });
    assertDetail(await anonymous(worker).post('/api/auth/refresh', { refresh_token: posing }), 401, 'Invalid refresh token');
    for (const token of [user.accessToken, user.refreshToken]) {
      const { claims, signature } = decodeToken(token);
      assert.notEqual(signToken(claims, { secret: previous }).split('.')[2], signature);
    }
  });
});

describe('where the frontend has no secret any more, only a previous one', () => {
  const previous = newSecret();
  const worker = useWorker({ vars: { BETTER_AUTH_SECRET_PREVIOUS: previous } });

  test('its tokens are accepted until they expire', async () => {
    assert.equal((await callerOf(worker, previous).get('/api/tasks')).status, 200);
  });
});

describe('where the frontend\'s subjects have a prefix', () => {
  const [secret, previous] = [newSecret(), newSecret()];
  const prefix = 'app/1:';
  const worker = useWorker({ vars: { BETTER_AUTH_SECRET: secret, BETTER_AUTH_SECRET_PREVIOUS: previous, BETTER_AUTH_SUBJECT_PREFIX: prefix } });
  const todosOf = (user) => `/api/users/${encodeURIComponent(user)}/todos`;

  test('equal subjects of two issuers are two users', async () => {
    const [theirs, ours] = [callerOf(worker, secret), callerOf(worker, worker.secret)];
    const created = [await theirs.post('/api/tasks', { title: 'of the frontend' }), await ours.post('/api/tasks', { title: 'of our own' })];
    assert.deepEqual(created.map(({ body }) => body.user_id), [`${prefix}somebody`, 'somebody']);
    for (const [n, caller] of [theirs, ours].entries()) {
      assert.deepEqual((await caller.get('/api/tasks')).body, [created[n].body]);
      assertDetail(await caller.get(`/api/tasks/${created[1 - n].body.id}`), 404, 'Task not found');
    }
    assert.deepEqual((await callerOf(worker, previous).get('/api/tasks')).body, [created[0].body], 'the prefix is the issuer\'s, not the secret\'s');
  });

  test('paths and the session route name the user with it, and without it the path is another user\'s', async () => {
    const theirs = callerOf(worker, secret, { sub: 'ada' });
    const created = await theirs.post(todosOf(`${prefix}ada`), { title: 'mine' });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    assert.deepEqual((await theirs.get(todosOf(`${prefix}ada`))).body, [created.body]);
    assertDetail(await theirs.get(todosOf('ada')), 403, 'You can only access your own resources');
    assertDetail(await callerOf(worker, worker.secret, { sub: 'ada' }).get(todosOf(`${prefix}ada`)), 403, 'You can only access your own resources');
    assert.equal((await theirs.get('/api/auth/session')).body.user.id, `${prefix}ada`);
  });

  test('no token of another issuer names one of its users', async () => {
    for (const sub of [`${prefix}somebody`, prefix]) {
      const posing = callerOf(worker, worker.secret, { sub });
      for (const path of ['/api/tasks', todosOf(sub), '/api/admin/users']) assertDetail(await posing.get(path), 401, 'Invalid token');
      assert.deepEqual((await posing.get('/api/auth/session')).body, { user: null });
    }
    assert.equal((await callerOf(worker, worker.secret, { sub: 'app/1' }).get('/api/tasks')).status, 200);
    const twice = await callerOf(worker, secret, { sub: `${prefix}ada` }).post('/api/tasks', { title: 'x' });
    assert.equal(twice.body.user_id, `${prefix}${prefix}ada`, 'its own subject may begin with anything');
  });

  test('a token of the frontend names no user of this service', async () => {
    const user = await signUp(worker);
    const { body } = await user.post('/api/tasks', { title: 'mine' });
    const posing = callerOf(worker, secret, { sub: user.userId });
    assert.deepEqual((await posing.get('/api/tasks')).body, []);
    assertDetail(await posing.get(`/api/users/${user.userId}/profile`), 403, 'You can only access your own resources');
    assert.deepEqual((await user.get('/api/tasks')).body, [body]);
  });

  test('the limit of 255 bytes is the claim\'s, without the prefix', async () => {
    const sub = 'x'.repeat(255);
    assert.equal((await callerOf(worker, secret, { sub }).post('/api/tasks', { title: 'x' })).body.user_id, `${prefix}${sub}`);
    for (const none of [`${sub}x`, '', undefined]) {
      assertDetail(await callerOf(worker, secret, { sub: none }).get('/api/tasks'), 401, 'Invalid token: missing user identifier');
    }
  });
});

describe('the frontend\'s role claim', () => {
  const ADMIN = '/api/admin/users';
  const [secret, previous] = [newSecret(), newSecret()];
  const vars = { BETTER_AUTH_SECRET: secret, BETTER_AUTH_SECRET_PREVIOUS: previous };
  const roleOf = async (caller) => (await caller.get('/api/auth/session')).body.user.role;

  describe('without trust', () => {
    const worker = useWorker({ vars });

    test('makes no administrator, under either secret, with a sid or without', async () => {
      for (const either of [secret, previous]) {
        for (const claims of [{ role: 'admin' }, { role: 'admin', sid: 'its own' }]) {
          const caller = callerOf(worker, either, claims);
          assertDetail(await caller.get(ADMIN), 403, 'Admin access required');
          assertDetail(await caller.get(`${ADMIN}?limit=0`), 403, 'Admin access required');
        }
      }
    });

    test('is shown as the role that counts here, which is user', async () => {
      for (const role of ['admin', 'editor', undefined, null, 7]) assert.equal(await roleOf(callerOf(worker, secret, { role })), 'user');
    });

    test('counts in a token without a session under this service\'s own secret', async () => {
      const caller = callerOf(worker, worker.secret, { role: 'admin' });
      assert.equal((await caller.get(ADMIN)).status, 200);
      assert.equal(await roleOf(caller), 'admin');
      assert.equal(await roleOf(callerOf(worker, worker.secret)), null);
    });

    test('does not count in a token of this service, whose user has a row', async () => {
      const user = await signUp(worker);
      const { claims } = decodeToken(user.accessToken);
      const posing = callerOf(worker, worker.secret, { ...claims, role: 'admin' });
      assertDetail(await posing.get(ADMIN), 403, 'Admin access required');
      assert.equal(await roleOf(posing), 'user');
    });
  });

  describe('with trust', () => {
    const worker = useWorker({ vars: { ...vars, BETTER_AUTH_TRUST_ROLE: 'true' } });

    test('makes an administrator where it is admin, and is shown as it is', async () => {
      for (const either of [secret, previous]) {
        assert.equal((await callerOf(worker, either, { role: 'admin' }).get(ADMIN)).status, 200);
        assertDetail(await callerOf(worker, either, { role: 'user' }).get(ADMIN), 403, 'Admin access required');
      }
      assert.deepEqual(await Promise.all(['admin', 'editor', undefined].map((role) => roleOf(callerOf(worker, secret, { role })))), ['admin', 'editor', null]);
    });
  });
});
