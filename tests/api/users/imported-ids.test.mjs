// Imported users keep the ids that their tasks and their tokens elsewhere have, which need not be UUIDs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous, Caller, randomEmail, signUp } from '../../support/caller.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const HASH_OF_A = '$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC';
const IDS = ['1', 'auth0|7', 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru', 'with space/slash', 'ü'.repeat(127), '0'.repeat(255)];

const worker = useWorker();
const database = useDatabase(worker);

test('users with any id sign in, read their profile and tasks, and are in the pages of the list', async () => {
  const users = IDS.map((id) => ({ id, email: randomEmail() }));
  for (const { id, email } of users) {
    const sql = 'INSERT INTO users (id, email, password_hash, created_at) VALUES (?, ?, ?, ?)';
    await database.prepare(sql).bind(id, email, HASH_OF_A, '2025-01-01T00:00:00.000Z').run();
    const { status, body } = await anonymous(worker).post('/api/auth/signin', { email, password: 'a' });
    assert.deepEqual([status, body.user_id], [200, id]);
    const user = new Caller(worker, body.access_token);
    assert.equal((await user.post('/api/tasks', { title: 'Move in' })).body.user_id, id);
    assert.equal((await user.get(`/api/users/${encodeURIComponent(id)}/profile`)).body.email, email);
    assert.equal((await anonymous(worker).post('/api/auth/refresh', { refresh_token: body.refresh_token })).status, 200);
  }

  const admin = await signUp(worker);
  await database.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(admin.userId).run();
  const listed = [];
  for (let path = '/api/admin/users?limit=1'; path !== undefined;) {
    const { status, body, headers } = await admin.get(path);
    assert.equal(status, 200);
    listed.push(...body.map(({ id }) => id));
    path = /^<([^>]+)>; rel="next"$/.exec(headers.get('Link') ?? '')?.[1];
  }
  assert.deepEqual(listed, [...IDS, admin.userId].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))));
});
