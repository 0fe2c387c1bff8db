// One user's tasks take at most STORAGE_LIMIT_KIB: one free account must not fill the database of all. The bytes are those of
// titles and descriptions in UTF-8, which triggers keep in a table of their own.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { assertDetail, assertRevoked } from '../../support/assertions.mjs';
import { signUp } from '../../support/caller.mjs';
import { homeOf } from '../../support/database.mjs';
import { seededRandom } from '../../support/random.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const LIMIT = 1_024;
const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');

const worker = useWorker({ vars: { STORAGE_LIMIT_KIB: '1' } });
const database = useDatabase(worker);

const assertFull = (response) => assertDetail(response, 403, 'Storage limit reached');
const create = (user, description, title = 'T') => user.post('/api/tasks', { title, description });

async function created(user, description, title) {
  const { status, body } = await create(user, description, title);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

/** What the triggers have counted and what is stored: the two must be one. */
async function usage({ userId }) {
  const counted = await database.home(userId).prepare('SELECT bytes FROM usage WHERE user_id = ?').bind(userId).first('bytes');
  const stored = await database.home(userId).prepare(
    'SELECT sum(length(CAST(title AS BLOB)) + length(CAST(ifnull(description, \'\') AS BLOB))) AS bytes FROM tasks WHERE user_id = ?',
  ).bind(userId).first('bytes');
  assert.equal(counted, stored);
  return stored ?? 0;
}

describe('A task that would take a user past STORAGE_LIMIT_KIB', { timeout: 120_000 }, () => {
  test('is 403 and not created, while one that fits exactly is', async () => {
    const user = await signUp(worker);
    await created(user, 'x'.repeat(500));
    assertFull(await create(user, 'x'.repeat(LIMIT - 501)));
    assert.equal((await user.get('/api/tasks')).body.length, 1);
    await created(user, 'x'.repeat(LIMIT - 502));
    assert.equal(await usage(user), LIMIT);
    assertFull(await create(user, undefined));
    for (const path of ['/tasks', `/api/users/${user.userId}/todos`]) assertFull(await user.post(path, { title: 'T' }));
    assert.equal(await usage(user), LIMIT);
  });

  test('is measured in UTF-8, title and description together', async () => {
    const user = await signUp(worker);
    await created(user, '😀'.repeat(200), '😀'.repeat(56));
    assert.equal(await usage(user), LIMIT);
    assertFull(await create(user, undefined));
  });

  test('leaves the tasks of others alone', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    await created(user, 'x'.repeat(LIMIT - 1));
    assertFull(await create(user, undefined));
    await created(other, 'x'.repeat(LIMIT - 1));
  });

  test('has room again once another is deleted', async () => {
    const user = await signUp(worker);
    const { id } = await created(user, 'x'.repeat(LIMIT - 1));
    assertFull(await create(user, undefined));
    assert.equal((await user.delete(`/api/tasks/${id}`)).status, 200);
    await created(user, 'x'.repeat(LIMIT - 1));
  });

  test('is never created beside others, however many come at once', async () => {
    const user = await signUp(worker);
    const responses = await Promise.all(Array.from({ length: 40 }, () => create(user, 'x'.repeat(99))));
    const statuses = responses.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 201).length, 10);
    assert.equal(statuses.filter((status) => status === 403).length, 30);
    assert.equal(await usage(user), 1_000);
  });

  test('tells a caller whose session is over only that', async () => {
    const user = await signUp(worker);
    const { id } = await created(user, 'x'.repeat(LIMIT - 1));
    assert.equal((await user.post('/api/auth/signout')).status, 204);
    assertRevoked(await create(user, 'x'.repeat(LIMIT)));
    assertRevoked(await user.patch(`/api/tasks/${id}`, { description: 'x'.repeat(LIMIT) }));
  });
});

describe('A change', { timeout: 120_000 }, () => {
  test('that would take the user past the limit is 403 and changes nothing', async () => {
    const user = await signUp(worker);
    const task = await created(user, 'x'.repeat(500));
    await created(user, 'x'.repeat(500));
    for (const [method, change] of [
      ['patch', { description: 'x'.repeat(523), completed: true }], ['put', { title: 'T'.repeat(24) }],
      ['patch', { title: 'TT', description: '😀'.repeat(131) }],
    ]) assertFull(await user[method](`/api/tasks/${task.id}`, change));
    assert.deepEqual((await user.get(`/api/tasks/${task.id}`)).body, task);
    const fits = await user.patch(`/api/tasks/${task.id}`, { description: 'x'.repeat(522) });
    assert.equal(fits.status, 200);
    assert.equal(await usage(user), LIMIT);
  });

  test('of a task that does not exist is 404 as ever', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    await created(user, 'x'.repeat(LIMIT - 1));
    const { id } = await created(other, undefined);
    for (const unknown of [id, '0192f0a1-7c3b-7def-8abc-000000000000', 'none']) {
      assertDetail(await user.patch(`/api/tasks/${unknown}`, { description: 'x'.repeat(LIMIT) }), 404, 'Task not found');
    }
  });

  test('that makes a task no larger is allowed past the limit too', async () => {
    const user = await signUp(worker);
    const task = await created(user, 'x'.repeat(900));
    await database.home(user.userId).prepare('UPDATE tasks SET description = ? WHERE id = ?').bind('x'.repeat(5_000), task.id).run();
    assert.equal(await usage(user), 5_001);
    for (const [change, bytes] of [
      [{ completed: true }, 5_001], [{ description: 'y'.repeat(5_000) }, 5_001], [{ title: 'TTT', description: 'y'.repeat(4_000) }, 4_003],
      [{ description: null }, 3],
    ]) {
      assert.equal((await user.patch(`/api/tasks/${task.id}`, change)).status, 200, JSON.stringify(change).slice(0, 40));
      assert.equal(await usage(user), bytes);
    }
    await created(user, 'x'.repeat(LIMIT - 4));
  });
});

describe('The count', { timeout: 120_000 }, () => {
  test('is what is stored after any row of creates, changes and deletions', async () => {
    const { pick, below, chance, seed } = seededRandom();
    const user = await signUp(worker);
    const text = () => pick(['x', 'é', '😀', '\u0001', '"']).repeat(1 + below(40));
    const ids = [];
    for (let step = 0; step < 80; step += 1) {
      const path = () => `/api/tasks/${pick(ids)}`;
      if (ids.length === 0 || chance(0.5)) {
        const { status, body } = await create(user, chance(0.2) ? null : text(), text());
        if (status === 201) ids.push(body.id);
      } else if (chance(0.6)) await user.patch(path(), pick([{ title: text() }, { description: text() }, { description: null }, { completed: chance(0.5) }]));
      else await user.delete(`/api/tasks/${ids.splice(below(ids.length), 1)[0]}`);
      assert.ok(await usage(user) <= LIMIT, `SEED=${seed}, step ${step}`);
    }
    for (const id of ids) await user.delete(`/api/tasks/${id}`);
    assert.equal(await database.home(user.userId).prepare('SELECT count(*) AS count FROM usage WHERE user_id = ?').bind(user.userId).first('count'), 0);
  });

  test('follows a task that an operator gives to another user', async () => {
    const user = await signUp(worker);
    let other;
    // An operator can do so within a database.
    do other = await signUp(worker); while (homeOf(other) !== homeOf(user));
    const task = await created(user, 'x'.repeat(100));
    await created(other, undefined);
    await database.home(user.userId).prepare('UPDATE tasks SET user_id = ?, title = ? WHERE id = ?').bind(other.userId, 'TTT', task.id).run();
    assert.deepEqual([await usage(user), await usage(other)], [0, 104]);
  });

  test('begins with the tasks that were there before the migration', () => {
    const old = new DatabaseSync(':memory:');
    const apply = (names) => names.forEach((name) => old.exec(readFileSync(join(migrations, name), 'utf8')));
    const names = readdirSync(migrations).filter((name) => name.endsWith('.sql')).sort();
    apply(names.filter((name) => name < '0004'));
    const insert = old.prepare('INSERT INTO tasks VALUES (?, ?, ?, ?, 0, \'\', \'\')');
    for (const row of [['ada', '1', '😀', null], ['ada', '2', 'T', 'é'], ['bob', '3', 'T', '']]) insert.run(...row);
    apply(names.filter((name) => name >= '0004'));
    insert.run('bob', '4', 'T', 'abc');
    const rows = old.prepare('SELECT user_id, bytes FROM usage ORDER BY user_id').all().map((row) => ({ ...row }));
    assert.deepEqual(rows, [{ user_id: 'ada', bytes: 7 }, { user_id: 'bob', bytes: 5 }]);
    old.close();
  });
});

test('STORAGE_LIMIT_KIB=0 is no limit', { timeout: 60_000 }, async () => {
  const user = await signUp(worker);
  const task = await created(user, 'x'.repeat(LIMIT - 1));
  await worker.restart({ vars: { JWT_SECRET: worker.secret, STORAGE_LIMIT_KIB: '0' } });
  await created(user, 'x'.repeat(10_000));
  assert.equal((await user.patch(`/api/tasks/${task.id}`, { description: 'x'.repeat(10_000) })).status, 200);
});
