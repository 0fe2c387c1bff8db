// One administrator always remains: whoever would be the last cannot be demoted, suspended or deleted, however many requests try at
// once. The statement that changes the row decides it: a look beforehand would let two administrators remove each other.

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { callerOfIssuer, rowsOf, setRole, signUpAdmin } from '../../support/admins.mjs';
import { assertDetail } from '../../support/assertions.mjs';
import { signUp } from '../../support/caller.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const worker = useWorker();
const database = useDatabase(worker);

beforeEach(() => database.prepare("UPDATE users SET role = 'user'").run());

const ACTIONS = {
  demoted: (caller, id) => caller.patch(`/api/admin/users/${id}`, { role: 'user' }),
  suspended: (caller, id) => caller.patch(`/api/admin/users/${id}`, { suspended: true }),
  deleted: (caller, id) => caller.delete(`/api/admin/users/${id}`),
};
const countAdmins = () => database.prepare("SELECT count(*) AS count FROM users WHERE role = 'admin' AND suspended = 0").first('count');
const assertLast = (response, action) => assertDetail(response, 409, `The last administrator cannot be ${action}`);

for (const [action, change] of Object.entries(ACTIONS)) {
  describe(`An administrator who is ${action}`, () => {
    test('must not be the last, also by another issuer\'s administrator', async () => {
      const admin = await signUpAdmin(worker, database);
      await signUp(worker);
      for (const caller of [admin, callerOfIssuer(worker, 'their admin', { role: 'admin' })]) assertLast(await change(caller, admin.userId), action);
      assert.deepEqual(await rowsOf(database, admin.userId), { users: 1, sessions: 1 });
      assert.equal((await admin.get('/api/admin/users')).status, 200);
    });

    test('must not be the last but a suspended one', async () => {
      const [admin, other] = [await signUpAdmin(worker, database), await signUpAdmin(worker, database)];
      assert.equal((await admin.patch(`/api/admin/users/${other.userId}`, { suspended: true })).status, 200);
      assertLast(await change(admin, admin.userId), action);
      assert.equal((await change(admin, other.userId)).status < 300, true, 'the suspended one is not the last');
    });

    test('may be the caller, if another one remains', async () => {
      const [admin, other] = [await signUpAdmin(worker, database), await signUpAdmin(worker, database)];
      assert.equal((await change(admin, admin.userId)).status < 300, true);
      assertLast(await change(other, other.userId), action);
    });

    test('remains, if two administrators do it to each other at once', async () => {
      for (let round = 0; round < 10; round += 1) {
        await database.prepare("UPDATE users SET role = 'user'").run();
        const [ada, bob] = [await signUpAdmin(worker, database), await signUpAdmin(worker, database)];
        const responses = await Promise.all([change(ada, bob.userId), change(bob, ada.userId)]);
        assert.equal(responses.filter(({ status }) => status < 300).length, 1, JSON.stringify(responses.map(({ body }) => body)));
        assert.equal(await countAdmins(), 1);
      }
    });

    test('remains, if each of several does it to themselves at once, or another issuer\'s administrator to all of them', async () => {
      const issuersAdmin = callerOfIssuer(worker, 'their admin', { role: 'admin' });
      for (const callerFor of [(admin) => admin, () => issuersAdmin]) {
        for (let round = 0; round < 5; round += 1) {
          await database.prepare("UPDATE users SET role = 'user'").run();
          const admins = await Promise.all(Array.from({ length: 4 }, () => signUp(worker)));
          // This process shares the database's file: a write of both at once would be SQLITE_BUSY.
          for (const admin of admins) await setRole(database, admin, 'admin');
          const responses = await Promise.all(admins.map((admin) => change(callerFor(admin), admin.userId)));
          const refused = responses.filter(({ status }) => status >= 300);
          assert.equal(refused.length, 1);
          assertLast(refused[0], action);
          assert.equal(await countAdmins(), 1);
        }
      }
    });
  });
}

test('The last administrator cannot be demoted and suspended in one request, but confirmed', async () => {
  const admin = await signUpAdmin(worker, database);
  const path = `/api/admin/users/${admin.userId}`;
  assertLast(await admin.patch(path, { role: 'user', suspended: true }), 'demoted');
  assertLast(await admin.patch(path, { role: 'admin', suspended: true }), 'suspended');
  assert.equal((await admin.patch(path, { role: 'admin', suspended: false })).status, 200);
});

test('The last administrator cannot delete their own account', async () => {
  const [admin, user] = [await signUpAdmin(worker, database), await signUp(worker)];
  assertLast(await admin.post('/api/auth/account/delete', { password: admin.password }), 'deleted');
  assert.equal((await admin.patch(`/api/admin/users/${user.userId}`, { role: 'admin' })).status, 200);
  assert.equal((await admin.post('/api/auth/account/delete', { password: admin.password })).status, 204);
  assert.equal(await countAdmins(), 1);
});
