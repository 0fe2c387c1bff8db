// A home that is away while DB changes a user: the request fails, DB remembers what the home is still to learn, and the daily clean-up
// makes it good.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addSession, addTasks, cleanUp, rowsOf, setRole } from '../support/admins.mjs';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller } from '../support/caller.mjs';
import { ask, assertUnavailable, FAULTY } from '../support/faults.mjs';
import { anotherSession, assertNotDue, assertOver, AWAY, isDue, LOST, NEW_PASSWORD, refresh, signIn, signUpIn } from '../support/homes.mjs';
import { EMAIL_VARS, resetToken } from '../support/mailbox.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const HOUR = 3_600_000;
const HOMES = ['DB_1', 'DB_2'];
let admin;
const worker = useWorker({ ...FAULTY, homes: 2, vars: { ...EMAIL_VARS, D1_OPEN: 'DB,DB_1,DB_2' } });
const database = useDatabase(worker);
worker.onStart(async () => {
  admin = await signUpIn(worker, 'DB');
  await setRole(database, admin, 'admin');
});

const post = (path, body) => ({ method: 'POST', path, body });
const CHANGES = {
  'a change of the password': (user) => [user, post('/api/auth/password', { current_password: user.password, new_password: NEW_PASSWORD }), 1],
  'a reset of the password': async (user) => [anonymous(worker), post('/api/auth/password/reset', { token: await resetToken(worker, user.email), password: NEW_PASSWORD }), 0],
  'a suspension': (user) => [admin, { method: 'PATCH', path: `/api/admin/users/${user.userId}`, body: { suspended: true } }, 0],
  'a deletion by an administrator': (user) => [admin, { method: 'DELETE', path: `/api/admin/users/${user.userId}` }, 0],
  'a deletion by themselves': (user) => [user, post('/api/auth/account/delete', { password: user.password }), 1],
};
const isDeletion = (name) => name.startsWith('a deletion');

for (const [name, change] of Object.entries(CHANGES)) {
  for (const [what, fault] of Object.entries({ 'is away': { error: LOST }, 'loses its answer': { lost: LOST } })) {
    test(`The clean-up informs a home that ${what} during ${name}`, { timeout: 60_000 }, async () => {
      const user = await signUpIn(worker, 'DB_1');
      const other = await anotherSession(worker, user);
      assert.equal((await user.post('/api/tasks', { title: 'Mine' })).status, 201);
      const [caller, request, checks] = await change(user);
      assertUnavailable(await ask(caller, request, { DB_1: [...Array(checks).fill('ok'), fault] }));
      if (fault.error) {
        assert.equal(await isDue(database, user), true);
        const { results } = await database.prepare('SELECT user_id FROM revocations_due').all();
        assert.deepEqual(results, [{ user_id: user.userId }]);
      }
      // DB has changed, so that no new session is the old password's.
      if (name.endsWith('of the password')) assertDetail(await signIn(worker, user, user.password), 401, 'Invalid credentials');
      const since = name.endsWith('of the password') ? [await anotherSession(worker, user, NEW_PASSWORD)] : [];
      await cleanUp(worker);
      await assertOver(worker, user, other);
      for (const session of since) {
        assert.equal((await session.get('/api/tasks')).body.length, 1);
        assert.equal((await refresh(worker, session.refreshToken)).status, 200);
      }
      if (isDeletion(name)) assert.deepEqual(await rowsOf(database, user.userId), {});
      assert.equal(await isDue(database, user), false);
    });
  }
}

test('DB that does not learn that a home was told is no error, and the clean-up repeats it', { timeout: 60_000 }, async () => {
  const user = await signUpIn(worker, 'DB_2');
  const [caller, request] = CHANGES['a change of the password'](user);
  const { status, body } = await ask(caller, request, { DB: ['ok', 'ok', { error: LOST }] });
  assert.equal(status, 200);
  assert.equal(await isDue(database, user), true);
  await cleanUp(worker);
  await assertOver(worker, user);
  assert.equal((await new Caller(worker, body.access_token).get('/api/tasks')).status, 200);
  assert.equal(await isDue(database, user), false);
});

test('A suspension that failed can be repeated', { timeout: 60_000 }, async () => {
  const user = await signUpIn(worker, 'DB_2');
  const [caller, request] = CHANGES['a suspension'](user);
  assertUnavailable(await ask(caller, request, { DB_2: AWAY }));
  assert.equal((await ask(caller, request)).status, 200);
  await assertOver(worker, user);
  await assertNotDue(database, user);
});

test('A home that is away during an administrator\'s end of the sessions is 503, and it can be repeated', async () => {
  const user = await signUpIn(worker, 'DB_1');
  const request = { method: 'DELETE', path: `/api/admin/users/${user.userId}/sessions` };
  assertUnavailable(await ask(admin, request, { DB_1: AWAY }));
  assert.equal((await user.get('/api/tasks')).status, 200);
  assert.equal((await ask(admin, request)).status, 204);
  await assertOver(worker, user);
});

test('A home that is away is an error for its users alone', async () => {
  const [near, far] = [await signUpIn(worker, 'DB_1'), await signUpIn(worker, 'DB_2')];
  for (const path of ['/api/tasks', '/api/auth/sessions', `/api/users/${far.userId}/profile`, '/api/auth/account/export']) {
    assertUnavailable(await ask(far, { method: 'GET', path }, { DB_2: AWAY }), path);
    assert.equal((await ask(near, { method: 'GET', path: path.replace(far.userId, near.userId) }, { DB_2: AWAY })).status, 200);
  }
});

describe('The clean-up of every home', { timeout: 60_000 }, () => {
  test('deletes expired sessions, tasks of deleted users and revocations of more than a day ago, and nothing else', async () => {
    const now = Date.now();
    for (const home of ['DB', ...HOMES]) {
      const user = await signUpIn(worker, home);
      const binding = database.home(user.userId);
      await user.post('/api/tasks', { title: 'Mine' });
      for (const id of ['one', 'two']) await addSession(database, user, { id, rotatedAt: now - HOUR, expiresAt: now - 1 });
      await addTasks(binding, `deleted of ${home}`, 1_200);
      await binding.prepare('INSERT INTO deletions (user_id) VALUES (?)').bind(`deleted of ${home}`).run();
      if (home === 'DB') continue;
      for (const [id, hours] of [['old', 25], ['recent', 23]]) {
        await binding.prepare('INSERT INTO revocations (user_id, version, revoked_at) VALUES (?, 1, ?)').bind(id, now - hours * HOUR).run();
      }
    }
    const { deleted, tasks, users } = await cleanUp(worker);
    assert.deepEqual({ deleted, tasks, users }, { deleted: 6, tasks: 3_600, users: 3 });
    for (const [index, binding] of database.all.entries()) {
      assert.deepEqual((await binding.prepare('SELECT user_id FROM deletions').all()).results, []);
      assert.equal(await binding.prepare("SELECT count(*) AS n FROM tasks WHERE user_id GLOB 'deleted*'").first('n'), 0);
      assert.equal(await binding.prepare("SELECT count(*) AS n FROM tasks WHERE title = 'Mine'").first('n') > 0, true);
      assert.equal(await binding.prepare('SELECT count(*) AS n FROM sessions WHERE expires_at < ?').bind(now).first('n'), 0);
      if (index === 0) continue;
      const { results } = await binding.prepare("SELECT user_id FROM revocations WHERE user_id IN ('old', 'recent')").all();
      assert.deepEqual(results, [{ user_id: 'recent' }]);
    }
  });

  test('goes on at the others where one home fails', async () => {
    const [broken, user] = [await signUpIn(worker, 'DB_1'), await signUpIn(worker, 'DB_2')];
    await addSession(database, user, { id: 'expired', rotatedAt: 0, expiresAt: 1 });
    const home = database.home(broken.userId);
    await home.prepare('ALTER TABLE sessions RENAME TO hidden').run();
    try {
      assert.equal((await fetch(`${worker.url}/cdn-cgi/local/scheduled`)).status, 200);
      await worker.printed(/("event":"unhandled_error".*no such table: sessions)/);
      const count = database.home(user.userId).prepare('SELECT count(*) AS n FROM sessions WHERE expires_at = 1');
      assert.equal(await count.first('n'), 0);
    } finally {
      await home.prepare('ALTER TABLE hidden RENAME TO sessions').run();
    }
  });

  test('forgets what is due to DB itself, for an imported id that only looks like one of a home', async () => {
    const id = '04000000-0000-8001-8abc-000000000000';
    const due = () => database.prepare('SELECT count(*) AS n FROM revocations_due WHERE user_id = ?').bind(id).first('n');
    await database.prepare("INSERT INTO users (id, email, password_hash, created_at) VALUES (?, 'imported@example.com', '!', '2026-01-01T00:00:00.000Z')").bind(id).run();
    await database.prepare('UPDATE users SET version = version + 1 WHERE id = ?').bind(id).run();
    assert.equal(await due(), 1);
    await cleanUp(worker);
    assert.equal(await due(), 0);
  });
});
