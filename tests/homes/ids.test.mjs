// A user's id names the home, so that no request has to ask for it; and ids of all homes are in one order of time.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callerOfIssuer } from '../support/admins.mjs';
import { anonymous, Caller, randomEmail, signUp, GOOD_PASSWORD } from '../support/caller.mjs';
import { homeOf } from '../support/database.mjs';
import { ask, calls, FAULTY } from '../support/faults.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';
import { databases } from '../support/worker.mjs';

const OPEN = ['DB', 'DB_1', 'DB_2'];

describe('The id of a new user', { timeout: 60_000 }, () => {
  const worker = useWorker({ ...FAULTY, homes: 2, vars: { D1_OPEN: `${OPEN}` } });
  const database = useDatabase(worker);

  test('has the version 7 in DB, and else 8 and the number of the home, where the session and the tasks are', async () => {
    const homes = new Set();
    for (let count = 0; count < 20; count += 1) {
      const user = await signUp(worker);
      const [, number] = /^[0-9a-f]{8}-[0-9a-f]{4}-(7[0-9a-f]{3}|8001|8002)-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(user.userId);
      const expected = { 8001: 1, 8002: 2 }[number] ?? 0;
      assert.equal((await user.post('/api/tasks', { title: 'Mine' })).status, 201);
      for (const [index, binding] of database.all.entries()) {
        for (const table of ['sessions', 'tasks', 'usage']) {
          const found = await binding.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?`).bind(user.userId).first('n');
          assert.equal(found, index === expected ? 1 : 0, `${table} of DB_${index} for ${user.userId}`);
        }
      }
      homes.add(expected);
    }
    assert.deepEqual([...homes].sort(), [0, 1, 2]);
    assert.equal(await database.prepare('SELECT count(*) AS n FROM homes').first('n'), 0, 'nobody has to look these up');
  });

  test('sorts by the time of the sign-up, whatever the home, as the list of users shows', async () => {
    const users = [];
    const homes = new Set();
    for (let count = 0; count < 15; count += 1) {
      const earliest = Date.now();
      const registered = count % 2 === 0 ? await signUp(worker) : await register();
      const created = Number.parseInt(registered.userId.replace('-', '').slice(0, 12), 16);
      assert.ok(created >= earliest && created <= Date.now(), registered.userId);
      users.push(registered.userId);
      homes.add(homeOf(registered));
    }
    assert.equal(homes.size, 3);
    const admin = callerOfIssuer(worker, 'their admin', { role: 'admin' });
    const listed = (await admin.get('/api/admin/users?limit=500')).body.map(({ id }) => id);
    assert.deepEqual(listed.slice(-users.length), users);
    assert.deepEqual(users.toSorted(), users);
  });

  async function register() {
    const { status, body } = await anonymous(worker).post('/auth/register', { email: randomEmail(), name: 'Ada', password: GOOD_PASSWORD });
    assert.equal(status, 201);
    return { userId: body.id };
  }

  test('spares every request the question where the home is, and a sign-up is two calls', async () => {
    for (const homes = new Set(); homes.size < 3;) {
      const body = { email: randomEmail(), password: GOOD_PASSWORD };
      const response = await ask(anonymous(worker), { method: 'POST', path: '/api/auth/signup', body });
      const userId = response.body.user_id;
      const home = homeOf({ userId });
      homes.add(home);
      assert.deepEqual(calls(response), home === 'DB' ? { DB: 1, SIGNIN_LIMITER: 0 } : { DB: 1, [home]: 1, SIGNIN_LIMITER: 0 });
      const caller = new Caller(worker, response.body.access_token);
      for (const request of [
        { method: 'GET', path: '/api/tasks' }, { method: 'POST', path: '/api/tasks', body: { title: 'One' } }, { method: 'GET', path: '/api/auth/sessions' },
      ]) {
        const { DB, SIGNIN_LIMITER: _, ...others } = calls(await ask(caller, request));
        assert.deepEqual({ DB, ...others }, home === 'DB' ? { DB: 1 } : { DB: 0, [home]: 1 }, request.path);
      }
    }
  });
});

describe('The id of another home', { timeout: 60_000 }, () => {
  const worker = useWorker({ homes: 1 });

  test('does not keep an account from its user: the profile, its change and the export read both databases', async () => {
    const user = await signUp(worker, { name: 'Ada' });
    assert.equal(homeOf(user), 'DB_1');
    const { body: task } = await user.post('/api/tasks', { title: 'Mine' });
    const path = `/api/users/${user.userId}/profile`;
    assert.equal((await user.patch(path, { name: 'Countess' })).body.name, 'Countess');
    const { body: profile } = await user.get(path);
    assert.deepEqual([profile.id, profile.email, profile.name], [user.userId, user.email, 'Countess']);
    assert.deepEqual((await user.get('/api/auth/session')).body.user, profile);
    const { body: sessions } = await user.get('/api/auth/sessions');
    assert.deepEqual((await user.get('/api/auth/account/export')).body, { user: profile, sessions, tasks: [task] });
    const theirs = callerOfIssuer(worker, user.userId);
    assert.deepEqual((await theirs.get('/api/auth/account/export')).body, { user: null, sessions: [], tasks: [task] });
    assert.equal((await user.post('/api/auth/signout')).status, 204);
    for (const gone of [path, '/api/auth/sessions', '/api/auth/account/export']) assert.equal((await user.get(gone)).status, 401, gone);
    assert.equal((await user.patch(path, { name: 'Nobody' })).status, 401);
    assert.equal((await callerOfIssuer(worker, 'their admin', { role: 'admin' }).get(`/api/admin/users/${user.userId}`)).body.name, 'Countess');
  });
});

describe('A user of before the homes', { timeout: 60_000 }, () => {
  const worker = useWorker({ homes: 2, config: { d1_databases: databases(0) } });
  const database = useDatabase(worker);

  test('has a UUIDv7 and stays in DB', async () => {
    const user = await signUp(worker);
    assert.match(user.userId, /^.{14}7/);
    const { body: task } = await user.post('/api/tasks', { title: 'Before' });
    await worker.restart({ homes: 2, vars: { JWT_SECRET: worker.secret } });
    const { status, body } = await anonymous(worker).post('/api/auth/signin', user);
    assert.equal(status, 200);
    for (const token of [user.accessToken, body.access_token]) {
      const caller = new Caller(worker, token);
      assert.equal((await caller.post('/api/tasks', { title: 'After' })).status, 201);
      assert.deepEqual((await caller.get('/api/tasks')).body[0], task);
    }
    for (const binding of database.all.slice(1)) {
      for (const table of ['sessions', 'tasks']) assert.equal(await binding.prepare(`SELECT count(*) AS n FROM ${table}`).first('n'), 0);
    }
    assert.equal(await database.prepare('SELECT count(*) AS n FROM homes').first('n'), 0);
  });
});
