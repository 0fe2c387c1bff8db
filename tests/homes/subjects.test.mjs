// Other issuers' subjects name no home. The first write decides their home, and nothing changes it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { anonymous, Caller } from '../support/caller.mjs';
import { importUser, storedHome } from '../support/homes.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';
import { databases } from '../support/worker.mjs';

const frontend = randomBytes(32).toString('base64url');

/** A subject as Better Auth makes it. */
const newSubject = () => randomBytes(16).toString('hex');
const callerOf = (worker, sub, claims) => new Caller(worker, signToken({ sub, exp: now() + 3_600, ...claims }, { secret: frontend }));
const settings = (worker, open) => ({ homes: 2, vars: { JWT_SECRET: worker.secret, BETTER_AUTH_SECRET: frontend, D1_OPEN: open } });
const titles = async (caller) => (await caller.get('/api/tasks')).body.map(({ title }) => title);
const count = (binding, table, userId) => binding.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?`).bind(userId).first('n');
const counts = (database, table, userId) => Promise.all(database.all.map((binding) => count(binding, table, userId)));

describe('The home of another issuer\'s subject', { timeout: 120_000 }, () => {
  const worker = useWorker({ homes: 2, vars: { BETTER_AUTH_SECRET: frontend, D1_OPEN: 'DB_1' } });
  const database = useDatabase(worker);

  test('is decided by no read and no rejected request', async () => {
    const sub = newSubject();
    const caller = callerOf(worker, sub);
    const unknown = '/api/tasks/0192f0a1-7c3b-7def-8abc-000000000000';
    assert.deepEqual((await caller.get('/api/tasks')).body, []);
    for (const path of ['/api/auth/session', '/api/auth/sessions', '/api/auth/account/export', `/api/users/${sub}/todos`]) {
      assert.equal((await caller.get(path)).status, 200, path);
    }
    assert.equal((await caller.get(unknown)).status, 404);
    assert.equal((await caller.patch(unknown, { title: 'x' })).status, 404);
    assert.equal((await caller.delete(unknown)).status, 404);
    for (const body of [{}, { title: '' }, { title: 7 }]) assert.equal((await caller.post('/api/tasks', body)).status, 422);
    assert.equal((await caller.send('POST', '/api/tasks', { body: '{}' })).status, 415);
    assert.equal((await caller.post('/api/tasks', { title: 'x'.repeat(150_000) })).status, 413);
    assert.equal((await caller.post('/api/users/somebody/todos', { title: 'Theirs' })).status, 403);
    for (const [claims, secret] of [[{ exp: now() - 1 }, frontend], [{}, randomBytes(32).toString('base64url')]]) {
      const rejected = new Caller(worker, signToken({ sub, exp: now() + 600, ...claims }, { secret }));
      assert.equal((await rejected.post('/api/tasks', { title: 'Never' })).status, 401);
    }
    assert.equal((await caller.send('POST', '/api/auth/account/delete')).status, 204);
    assert.equal(await storedHome(database, sub), null);
  });

  test('is one that is open, from the first write on', async () => {
    const sub = newSubject();
    const caller = callerOf(worker, sub);
    const { status, body: task } = await caller.post('/api/tasks', { title: 'First' });
    assert.equal(status, 201);
    assert.equal(await storedHome(database, sub), 1);
    assert.deepEqual(await counts(database, 'tasks', sub), [0, 1, 0]);
    assert.equal((await caller.patch(`/api/tasks/${task.id}`, { completed: true })).status, 200);
    assert.deepEqual((await caller.get('/api/auth/account/export')).body.tasks.map(({ title }) => title), ['First']);
    assert.equal((await caller.delete(`/api/tasks/${task.id}`)).status, 200);
    assert.deepEqual(await counts(database, 'usage', sub), [0, 0, 0]);
  });

  test('is one, however many first writes come at once', async () => {
    await worker.restart(settings(worker, 'DB,DB_1,DB_2'));
    for (let round = 0; round < 5; round += 1) {
      const sub = newSubject();
      const responses = await Promise.all(Array.from({ length: 8 }, (_, number) => callerOf(worker, sub).post('/api/tasks', { title: `${number}` })));
      assert.ok(responses.every(({ status }) => status === 201));
      const found = await counts(database, 'tasks', sub);
      assert.deepEqual(found, [0, 1, 2].map((home) => (home === found.indexOf(8) ? 8 : 0)));
      assert.equal(await storedHome(database, sub), found.indexOf(8));
    }
  });

  test('stays after a restart, whatever D1_OPEN says, and while nothing is in it', async () => {
    await worker.restart(settings(worker, 'DB_1'));
    const [sub, emptied] = [newSubject(), newSubject()];
    for (const subject of [sub, emptied]) assert.equal((await callerOf(worker, subject).post('/api/tasks', { title: 'First' })).status, 201);
    assert.equal((await callerOf(worker, emptied).send('POST', '/api/auth/account/delete')).status, 204);
    for (const open of ['DB_2', 'DB']) {
      await worker.restart(settings(worker, open));
      for (const subject of [sub, emptied]) {
        assert.equal((await callerOf(worker, subject).post('/api/tasks', { title: open })).status, 201);
        assert.equal(await storedHome(database, subject), 1);
      }
    }
    assert.deepEqual(await titles(callerOf(worker, sub)), ['First', 'DB_2', 'DB']);
    assert.deepEqual(await titles(callerOf(worker, emptied)), ['DB_2', 'DB']);
    assert.deepEqual(await counts(database, 'tasks', sub), [0, 3, 0]);
  });
});

describe('What was in DB before the homes', { timeout: 120_000 }, () => {
  const sub = newSubject();
  let imported;
  const worker = useWorker({ homes: 2, config: { d1_databases: databases(0) }, vars: { BETTER_AUTH_SECRET: frontend } });
  const database = useDatabase(worker);
  worker.onStart(async () => {
    assert.equal((await callerOf(worker, sub).post('/api/tasks', { title: 'Before' })).status, 201);
    imported = await importUser(database);
    assert.equal((await anonymous(worker).post('/api/auth/signin', imported)).status, 200);
    await worker.restart(settings(worker));
  });

  test('stays there with its subject', async () => {
    const caller = callerOf(worker, sub);
    assert.deepEqual(await titles(caller), ['Before']);
    assert.equal(await storedHome(database, sub), null);
    assert.equal((await caller.post('/api/tasks', { title: 'After' })).status, 201);
    assert.equal(await storedHome(database, sub), 0);
    assert.deepEqual(await titles(caller), ['Before', 'After']);
    assert.deepEqual(await counts(database, 'tasks', sub), [2, 0, 0]);
  });

  test('stays there with an imported user who had a session', async () => {
    assert.equal((await anonymous(worker).post('/api/auth/signin', imported)).status, 200);
    assert.equal(await storedHome(database, imported.userId), 0);
    assert.deepEqual(await counts(database, 'sessions', imported.userId), [2, 0, 0]);
  });
});
