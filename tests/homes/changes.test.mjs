// Whatever ends a user's sessions for good is a change in DB; the home learns of it within the request.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addTasks, callerOfIssuer, rowsOf, setRole } from '../support/admins.mjs';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller } from '../support/caller.mjs';
import { anotherSession, assertNotDue, assertOver, NEW_PASSWORD, refresh, signIn, signUpIn } from '../support/homes.mjs';
import { EMAIL_VARS, resetToken } from '../support/mailbox.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const HOMES = ['DB', 'DB_1', 'DB_2'];
const admins = {};
const worker = useWorker({ homes: 2, vars: { ...EMAIL_VARS, D1_OPEN: `${HOMES}`, SIGNIN_MAX_ATTEMPTS: '100' } });
const database = useDatabase(worker);
worker.onStart(async () => {
  for (const home of HOMES) {
    admins[home] = await signUpIn(worker, home);
    await setRole(database, admins[home], 'admin');
  }
  admins['another issuer'] = callerOfIssuer(worker, 'their admin', { role: 'admin' });
});
const users = '/api/admin/users';

/** A user with two sessions and a task in this home. */
async function userIn(home) {
  const user = await signUpIn(worker, home);
  const other = await anotherSession(worker, user);
  assert.equal((await other.post('/api/tasks', { title: 'Mine' })).status, 201);
  return { user, sessions: [user, other] };
}

for (const home of HOMES) {
  describe(`The sessions of a user of ${home} are over at once`, { timeout: 120_000 }, () => {
    for (const who of [...HOMES, 'another issuer']) {
      test(`after a suspension, and none is opened, by an administrator of ${who}`, async () => {
        const { user, sessions } = await userIn(home);
        const path = `${users}/${user.userId}`;
        assert.equal((await admins[who].patch(path, { suspended: true })).status, 200);
        await assertOver(worker, ...sessions);
        assertDetail(await signIn(worker, user, user.password), 403, 'Account suspended');
        assert.equal((await admins[who].patch(path, { suspended: false })).status, 200);
        const again = await anotherSession(worker, user);
        assert.equal((await again.get('/api/tasks')).body.length, 1);
        assert.equal((await refresh(worker, again.refreshToken)).status, 200);
        await assertOver(worker, ...sessions);
        await assertNotDue(database, user);
      });

      test(`where an administrator of ${who} ends them`, async () => {
        const { user, sessions } = await userIn(home);
        assert.equal((await admins[who].delete(`${users}/${user.userId}/sessions`)).status, 204);
        await assertOver(worker, ...sessions);
        assert.equal((await signIn(worker, user, user.password)).status, 200);
      });

      test(`and everything is gone after a deletion by an administrator of ${who}`, async () => {
        const { user, sessions } = await userIn(home);
        assert.equal((await admins[who].delete(`${users}/${user.userId}`)).status, 204);
        await assertOver(worker, ...sessions);
        assert.deepEqual(await rowsOf(database, user.userId), {});
        await assertNotDue(database, user);
      });
    }

    test('and everything is gone after their own deletion', async () => {
      const { user, sessions } = await userIn(home);
      await addTasks(database.home(user.userId), user.userId, 2_500);
      assert.equal((await user.post('/api/auth/account/delete', { password: user.password })).status, 204);
      await assertOver(worker, ...sessions);
      assert.deepEqual(await rowsOf(database, user.userId), {});
      assertDetail(await signIn(worker, user, user.password), 401, 'Invalid credentials');
      await assertNotDue(database, user);
    });

    test('after a change of the password, but for the new one', async () => {
      const { user, sessions } = await userIn(home);
      const { status, body } = await user.post('/api/auth/password', { current_password: user.password, new_password: NEW_PASSWORD });
      assert.equal(status, 200);
      await assertOver(worker, ...sessions);
      assertDetail(await signIn(worker, user, user.password), 401, 'Invalid credentials');
      assert.equal((await new Caller(worker, body.access_token).get('/api/tasks')).body.length, 1);
      assert.equal((await refresh(worker, body.refresh_token)).status, 200);
      assert.deepEqual(await rowsOf(database, user.userId), { users: 1, sessions: 1, tasks: 1, usage: 1 });
      await assertNotDue(database, user);
    });

    test('after a reset of the password', async () => {
      const { user, sessions } = await userIn(home);
      const token = await resetToken(worker, user.email);
      assert.equal((await anonymous(worker).post('/api/auth/password/reset', { token, password: NEW_PASSWORD })).status, 204);
      await assertOver(worker, ...sessions);
      assert.equal((await signIn(worker, user, NEW_PASSWORD)).status, 200);
      await assertNotDue(database, user);
    });
  });

  describe(`An administrator of ${home}`, { timeout: 60_000 }, () => {
    const REQUESTS = [
      (admin) => admin.get(users), (admin, id) => admin.get(`${users}/${id}`), (admin, id) => admin.patch(`${users}/${id}`, { suspended: true }),
      (admin, id) => admin.delete(`${users}/${id}/sessions`), (admin, id) => admin.delete(`${users}/${id}`), (admin, id) => admin.patch(`${users}/${id}`, { role: 'x' }),
    ];

    test('who is demoted is none any more, with the token of before', async () => {
      const [admin, { user }] = [await signUpIn(worker, home), await userIn(home)];
      await setRole(database, admin, 'admin');
      const { body } = await refresh(worker, admin.refreshToken);
      const demoted = new Caller(worker, body.access_token);
      assert.equal((await demoted.get(users)).status, 200);
      assert.equal((await admins.DB.patch(`${users}/${admin.userId}`, { role: 'user' })).status, 200);
      for (const request of REQUESTS) assertDetail(await request(demoted, user.userId), 403, 'Admin access required');
      assert.deepEqual(await rowsOf(database, user.userId), { users: 1, sessions: 2, tasks: 1, usage: 1 });
      assert.equal((await user.get('/api/tasks')).status, 200);
    });

    test('whose session is over changes and reads nothing', async () => {
      const [admin, { user }] = [await signUpIn(worker, home), await userIn('DB')];
      await setRole(database, admin, 'admin');
      assert.equal((await admin.get(users)).status, 200);
      assert.equal((await admin.post('/api/auth/signout')).status, 204);
      for (const request of REQUESTS) assertRevoked(await request(admin, user.userId));
      assert.deepEqual(await rowsOf(database, user.userId), { users: 1, sessions: 2, tasks: 1, usage: 1 });
      assert.equal((await user.get('/api/tasks')).status, 200);
    });
  });
}
