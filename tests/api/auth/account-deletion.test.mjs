// POST /api/auth/account/delete, and what a deletion by an administrator has in common with it: everything that is stored about the
// user is gone, and nothing else. A deletion that one request cannot finish is in resilience/account-deletion.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addTasks, callerOfIssuer, rowsOf, signUpAdmin } from '../../support/admins.mjs';
import { assertDetail, assertFieldErrors, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, GOOD_PASSWORD, signUp } from '../../support/caller.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const PATH = '/api/auth/account/delete';
const WRONG = 'Current password is incorrect';

let admin;
const worker = useWorker();
const database = useDatabase(worker);
worker.onStart(async () => {
  admin = await signUpAdmin(worker, database);
});

const signIn = ({ email, password }) => anonymous(worker).post('/api/auth/signin', { email, password });
const BY = {
  themselves: (user) => user.post(PATH, { password: user.password }),
  'an administrator': (user) => admin.delete(`/api/admin/users/${user.userId}`),
};

/** A user with a row in every table. */
async function userWithEverything() {
  const user = await signUp(worker);
  await signIn(user);
  for (const title of ['One', 'Two', 'Three']) await user.post('/api/tasks', { title, completed: title === 'Two' });
  await database.prepare('INSERT INTO email_clashes (user_id, stored_email, email) VALUES (?, ?, NULL)').bind(user.userId, 'x@y.z').run();
  assert.deepEqual(await rowsOf(database, user.userId), { users: 1, sessions: 2, tasks: 3, usage: 1, email_clashes: 1 });
  return user;
}

for (const [who, remove] of Object.entries(BY)) {
  describe(`The deletion of a user by ${who}`, () => {
    test('leaves nothing behind, and every token dead', async () => {
      const [user, other] = [await userWithEverything(), await userWithEverything()];
      const { body: second } = await signIn(user);
      const before = await rowsOf(database, other.userId);
      const response = await remove(user);
      assert.deepEqual([response.status, response.body], [204, null]);
      assert.deepEqual(await rowsOf(database, user.userId), {});
      assert.deepEqual(await rowsOf(database, other.userId), before, 'another user keeps everything');
      for (const caller of [user, new Caller(worker, second.access_token)]) {
        assertRevoked(await caller.get('/api/tasks'));
        assertRevoked(await caller.post('/api/tasks', { title: 'Too late' }));
        assertRevoked(await caller.post(PATH, { password: user.password }));
      }
      for (const refresh_token of [user.refreshToken, second.refresh_token]) {
        assertDetail(await anonymous(worker).post('/api/auth/refresh', { refresh_token }), 401, 'Invalid refresh token');
      }
      assertDetail(await signIn(user), 401, 'Invalid credentials');
      assertDetail(await admin.get(`/api/admin/users/${user.userId}`), 404, 'User not found');
      assert.equal((await other.get('/api/tasks')).body.length, 3);
    });

    test('frees the address for a new account, which has nothing of the old one', async () => {
      const user = await userWithEverything();
      await remove(user);
      const again = await signUp(worker, { email: user.email });
      assert.notEqual(again.userId, user.userId);
      assert.deepEqual((await again.get('/api/tasks')).body, []);
    });

    test('leaves nothing behind of tasks that are written at the same moment', async () => {
      for (let round = 0; round < 5; round += 1) {
        const user = await signUp(worker);
        const write = async (number) => {
          const created = await user.post('/api/tasks', { title: `Task ${number}` });
          if (created.status !== 201) return assertRevoked(created);
          const changed = await user.patch(`/api/tasks/${created.body.id}`, { title: 'Changed' });
          if (changed.status !== 200) assertRevoked(changed);
        };
        const writes = Array.from({ length: 20 }, (_, number) => write(number));
        assert.equal((await remove(user)).status, 204);
        await Promise.all(writes);
        assert.deepEqual(await rowsOf(database, user.userId), {});
      }
    });

    test('leaves no session of a sign-in or a refresh at the same moment', async () => {
      for (let round = 0; round < 10; round += 1) {
        const user = await signUp(worker);
        const refresh = anonymous(worker).post('/api/auth/refresh', { refresh_token: user.refreshToken });
        const [signedIn, refreshed, removed] = await Promise.all([signIn(user), refresh, remove(user)]);
        assert.equal(removed.status, 204);
        if (signedIn.status !== 200) assertDetail(signedIn, 401, 'Invalid credentials');
        if (refreshed.status !== 200) assertDetail(refreshed, 401, 'Invalid refresh token');
        for (const { body } of [signedIn, refreshed].filter(({ status }) => status === 200)) {
          assertRevoked(await new Caller(worker, body.access_token).get('/api/tasks'));
        }
        assert.deepEqual(await rowsOf(database, user.userId), {});
      }
    });

    test('happens once, if it is requested several times at once', async () => {
      const user = await userWithEverything();
      const statuses = (await Promise.all([1, 2, 3].map(() => remove(user)))).map(({ status }) => status);
      const [done, ...others] = statuses.toSorted();
      assert.equal(done, 204, statuses);
      assert.ok(others.every((status) => [401, 404].includes(status)), statuses);
      assert.deepEqual(await rowsOf(database, user.userId), {});
    });
  });
}

describe('POST /api/auth/account/delete', () => {
  test('deletes nothing without the right password', async () => {
    const user = await userWithEverything();
    const before = await rowsOf(database, user.userId);
    assertDetail(await user.post(PATH, { password: 'Wrong horse 7 battery' }), 403, WRONG);
    assertFieldErrors(await user.post(PATH, {}), 'body.password missing');
    assertFieldErrors(await user.post(PATH, { password: '' }), 'body.password string_too_short');
    assertFieldErrors(await user.post(PATH, { password: null }), 'body.password string_type');
    assert.equal((await user.send('POST', PATH, { body: `password=${user.password}` })).status, 415);
    assertDetail(await anonymous(worker).post(PATH, { password: user.password }), 401, 'Authorization header missing');
    assert.deepEqual(await rowsOf(database, user.userId), before);
  });

  test('is 401 and nothing else for a session that has ended', async () => {
    const user = await signUp(worker);
    await user.post('/api/auth/signout');
    for (const body of [{ password: user.password }, { password: 'Wrong horse 7 battery' }, {}, []]) assertRevoked(await user.post(PATH, body));
    assert.equal((await signIn(user)).status, 200);
  });

  test('allows five tries for a session, which count for no other session and for no sign-in', async () => {
    const user = await signUp(worker);
    const other = new Caller(worker, (await signIn(user)).body.access_token);
    for (let attempt = 0; attempt < 5; attempt += 1) assertDetail(await user.post(PATH, { password: 'Wrong horse 7 battery' }), 403, WRONG);
    const limited = await user.post(PATH, { password: user.password });
    assertDetail(limited, 429, 'Too many sign-in attempts');
    assert.match(limited.headers.get('Retry-After'), /^[1-9]\d*$/);
    assert.equal((await signIn(user)).status, 200);
    assert.equal((await other.post(PATH, { password: user.password })).status, 204);
  });

  test('accepts the password in any normalisation, and ignores other fields', async () => {
    const user = await signUp(worker, { password: 'Pass wörd 7 battery' });
    assert.equal((await user.post(PATH, { password: 'Pass wörd 7 battery'.normalize('NFD'), user_id: admin.userId })).status, 204);
    assert.deepEqual(await rowsOf(database, user.userId), {});
    assert.equal((await admin.get('/api/admin/users')).status, 200);
  });
});

describe('POST /api/auth/account/delete of another issuer\'s caller', () => {
  test('deletes the tasks without a password or a body, and of nobody else', async () => {
    const [caller, other] = [callerOfIssuer(worker, 'auth0|ada'), callerOfIssuer(worker, 'auth0|bob')];
    for (const one of [caller, other]) await one.post('/api/tasks', { title: 'Mine' });
    for (const send of [() => caller.send('POST', PATH), () => caller.post(PATH, { password: 'x' }), () => caller.send('POST', PATH, { body: '{' })]) {
      assert.equal((await send()).status, 204);
      assert.deepEqual(await rowsOf(database, 'auth0|ada'), {});
    }
    assert.equal((await other.get('/api/tasks')).body.length, 1);
    assert.deepEqual((await caller.get('/api/tasks')).body, [], 'the token stays valid: its issuer decides');
    assert.equal((await caller.post('/api/tasks', { title: 'Afresh' })).status, 201);
  });

  test('deletes no user of this service, whose password the token does not prove', async () => {
    const user = await userWithEverything();
    const before = await rowsOf(database, user.userId);
    const caller = callerOfIssuer(worker, user.userId, { role: 'admin', email: user.email });
    assertDetail(await caller.send('POST', PATH), 403, WRONG);
    assertDetail(await caller.post(PATH, { password: GOOD_PASSWORD }), 403, WRONG);
    assert.deepEqual(await rowsOf(database, user.userId), before);
    assert.equal((await caller.get('/api/tasks')).body.length, 3);
  });
});

test('An account of 10,000 tasks is deleted within the request', async () => {
  const user = await signUp(worker);
  await addTasks(database.home(user.userId), user.userId, 10_000);
  assert.equal((await user.post(PATH, { password: user.password })).status, 204);
  assert.deepEqual(await rowsOf(database, user.userId), {});
});
