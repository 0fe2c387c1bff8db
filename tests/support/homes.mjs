// What the tests of several databases share: users of a home, what a home holds of them, and what it is still to learn.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail, assertRevoked } from './assertions.mjs';
import { anonymous, Caller, randomEmail, signUp } from './caller.mjs';
import { homeOf } from './database.mjs';

export const LOST = 'D1_ERROR: Network connection lost.';
export const AWAY = [{ error: LOST }];
export const NEW_PASSWORD = 'Another horse 8 battery';
/** bcrypt of `a`. */
const HASH_OF_A = '$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC';

export const signIn = (worker, { email }, password) => anonymous(worker).post('/api/auth/signin', { email, password });
export const refresh = (worker, refresh_token) => anonymous(worker).post('/api/auth/refresh', { refresh_token });

/** A user at home in this database, one of those that are open. */
export async function signUpIn(worker, home) {
  for (;;) {
    const user = await signUp(worker);
    if (homeOf(user) === home) return user;
  }
}

/** The same user in another session. */
export async function anotherSession(worker, user, password = user.password) {
  const { status, body } = await signIn(worker, user, password);
  assert.equal(status, 200, JSON.stringify(body));
  return Object.assign(new Caller(worker, body.access_token), { refreshToken: body.refresh_token });
}

/** Both tokens of these sessions are dead. */
export async function assertOver(worker, ...sessions) {
  for (const session of sessions) {
    assertRevoked(await session.get('/api/tasks'));
    assertRevoked(await session.post('/api/tasks', { title: 'Too late' }));
    assertDetail(await refresh(worker, session.refreshToken), 401, 'Invalid refresh token');
  }
}

/** Whether a home is still to learn of a change of the user. */
export async function isDue(database, { userId }) {
  return await database.prepare('SELECT 1 FROM revocations_due WHERE user_id = ?').bind(userId).first() !== null;
}

/** Waits until the home has learned of it: the request that told it removes the row after its response. */
export async function assertNotDue(database, user) {
  for (let waited = 0; await isDue(database, user); waited += 50) {
    assert.ok(waited < 5_000, `the home of ${user.userId} is still to learn of a change`);
    await sleep(50);
  }
}

/** The number of the home that `DB` has stored for a subject. */
export const storedHome = (database, subject) => database.prepare('SELECT home FROM homes WHERE subject = ?').bind(subject).first('home');

/** A user whose id is no UUID, as an import stores one. */
export async function importUser(database) {
  const user = { userId: randomBytes(8).toString('hex'), email: randomEmail(), password: 'a' };
  const sql = 'INSERT INTO users (id, email, password_hash, created_at) VALUES (?, ?, ?, ?)';
  await database.prepare(sql).bind(user.userId, user.email, HASH_OF_A, '2025-01-01T00:00:00.000Z').run();
  return user;
}
