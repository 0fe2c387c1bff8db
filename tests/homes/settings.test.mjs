// Which databases are bound, and where new users are at home. What is bound wrongly is an error whose log line names the cure, never
// an empty list.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { homeOf } from '../support/database.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useDatabase, useWorker, withWorker } from '../support/use-worker.mjs';
import { databases } from '../support/worker.mjs';

const NEWEST = 'DB_2';

/** Every route but health is 500; returns the cause that the log has for it. */
async function causeOf(worker, caller = anonymous(worker)) {
  assert.equal((await caller.get('/api/health')).status, 200);
  const seen = worker.log().length;
  const response = await caller.get('/api/tasks', { expect5xx: true });
  assertDetail(response, 500, 'Internal Server Error');
  await worker.printed(new RegExp(`("request_id":"${response.headers.get('X-Request-Id')}")`));
  const line = worker.log().slice(seen).split('\n').find((text) => text.includes(response.headers.get('X-Request-Id')));
  return JSON.parse(line).cause;
}

async function homesOfNewUsers(worker, count) {
  const homes = new Set();
  for (let user = 0; user < count; user += 1) homes.add(homeOf(await signUp(worker)));
  return [...homes].sort();
}

describe('Databases that are bound wrongly are an error', { concurrency: 2, timeout: 120_000 }, () => {
  test('where their numbers have a gap', () => withWorker({
    homes: 3, config: { d1_databases: databases(3).filter(({ binding }) => binding !== NEWEST) },
  }, async (worker) => {
    assert.equal(await causeOf(worker), 'DB_3: bound, but DB_2 is not: the numbers begin with 1 and have no gap, so bind that database in wrangler.toml');
  }));

  test('where D1_OPEN names one that is not bound', () => withWorker({ homes: 2, vars: { D1_OPEN: 'DB,DB_1,DB_3' } }, async (worker) => {
    assert.equal(await causeOf(worker), 'D1_OPEN: not a comma list of databases that wrangler.toml binds, like DB_1,DB_2: correct or remove it');
  }));
});

describe('New users are at home', { concurrency: 2, timeout: 120_000 }, () => {
  for (const [list, homes] of [[undefined, [NEWEST]], ['DB_1', ['DB_1']], [' DB , DB_2 ', ['DB', NEWEST]]]) {
    test(`in ${homes} where D1_OPEN is ${list === undefined ? 'absent' : `"${list}"`}`, () => withWorker({ homes: 2, vars: { D1_OPEN: list } }, async (worker) => {
      assert.deepEqual(await homesOfNewUsers(worker, 8 * homes.length), homes);
    }));
  }
});

describe('A database that is not bound any more', { timeout: 120_000 }, () => {
  const subject = 'their user';
  let users;
  const worker = useWorker({ homes: 2, vars: { D1_OPEN: 'DB,DB_1' } }, async () => {
    users = {};
    while (Object.keys(users).length < 2) {
      const user = await signUp(worker);
      users[homeOf(user)] = user;
    }
    await worker.restart({ homes: 2, vars: { JWT_SECRET: worker.secret } });
    users[NEWEST] = await signUp(worker);
    users.theirs = { token: signToken({ sub: subject, exp: now() + 3_600 }, worker) };
    for (const name of Object.keys(users)) {
      const { token, email, password, userId } = users[name];
      users[name] = Object.assign(new Caller(worker, token), { email, password, userId });
      assert.equal((await users[name].post('/api/tasks', { title: 'Mine' })).status, 201);
    }
    await worker.restart({ homes: 1, vars: { JWT_SECRET: worker.secret } });
  });
  const database = useDatabase(worker);
  const sessions = (binding, { userId }) => binding.prepare('SELECT count(*) AS n FROM sessions WHERE user_id = ?').bind(userId).first('n');

  test('is an error for the users who are at home in it, and the log names it', async () => {
    for (const name of [NEWEST, 'theirs']) {
      assert.match(await causeOf(worker, users[name]), /^the D1 binding DB_2 is missing from wrangler\.toml, beside DB: users are at home in it/);
      assert.equal((await users[name].post('/api/tasks', { title: 'Elsewhere' }, { expect5xx: true })).status, 500);
    }
    const { email, password } = users[NEWEST];
    assertDetail(await anonymous(worker).post('/api/auth/signin', { email, password }, { expect5xx: true }), 500, 'Internal Server Error');
    for (const binding of database.all) {
      assert.equal(await sessions(binding, users[NEWEST]), 0, 'no session elsewhere');
      assert.equal(await binding.prepare('SELECT count(*) AS n FROM tasks').first('n'), 1, 'no task elsewhere');
    }
  });

  test('is an error also where it was the last one', async () => {
    await worker.restart({ homes: 0, vars: { JWT_SECRET: worker.secret } });
    for (const name of ['DB_1', NEWEST]) {
      assert.match(await causeOf(worker, users[name]), new RegExp(`^the D1 binding ${name} is missing from wrangler\\.toml`));
      const { email, password } = users[name];
      assertDetail(await anonymous(worker).post('/api/auth/signin', { email, password }, { expect5xx: true }), 500, 'Internal Server Error');
    }
    assert.deepEqual((await users.DB.get('/api/tasks')).body.map(({ title }) => title), ['Mine']);
    for (const name of ['DB_1', NEWEST]) assert.equal(await sessions(database, users[name]), 0, 'no session elsewhere');
    await worker.restart({ homes: 1, vars: { JWT_SECRET: worker.secret } });
  });

  test('is none for everybody else', async () => {
    for (const name of ['DB', 'DB_1']) {
      assert.deepEqual((await users[name].get('/api/tasks')).body.map(({ title }) => title), ['Mine']);
      const { email, password } = users[name];
      assert.equal((await anonymous(worker).post('/api/auth/signin', { email, password })).status, 200);
    }
  });
});
