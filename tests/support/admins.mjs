// Administrators, and what is stored about a user, for the tests of administration, suspension and deletion.

import assert from 'node:assert/strict';
import { Caller, signUp } from './caller.mjs';
import { now, signToken } from './tokens.mjs';

/** What the command does that docs/deployment.md has for the first administrator. */
export async function setRole(database, { userId }, role) {
  const { meta } = await database.prepare('UPDATE users SET role = ? WHERE id = ?').bind(role, userId).run();
  assert.ok(meta.changes > 0);
}

export async function signUpAdmin(worker, database) {
  const user = await signUp(worker);
  await setRole(database, user, 'admin');
  return user;
}

/** A caller of another issuer under the same secret, whose role counts. */
export function callerOfIssuer(worker, sub, claims) {
  return new Caller(worker, signToken({ sub, exp: now() + 600, ...claims }, worker));
}

/** The number of rows of each table that names the user. */
export async function rowsOf(database, userId) {
  const tables = ['users', 'sessions', 'tasks', 'usage', 'email_clashes', 'deletions'];
  const counts = await Promise.all(tables.map(async (table) => {
    const column = table === 'users' ? 'id' : 'user_id';
    return [table, await database.prepare(`SELECT count(*) AS count FROM ${table} WHERE ${column} = ?`).bind(userId).first('count')];
  }));
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Stores tasks of a user, as many as no test could send. */
export async function addTasks(database, userId, count) {
  const perStatement = 20_000;
  for (let first = 0; first < count; first += perStatement) {
    await database.prepare(`INSERT INTO tasks (user_id, id, title, completed, created_at, updated_at)
      WITH RECURSIVE n(i) AS (SELECT ?2 UNION ALL SELECT i + 1 FROM n WHERE i < ?3 - 1)
      SELECT ?1, printf('019a9c2e-7b1a-7c3e-9f10-%012d', i), 'Task ' || i, i % 2, '2026-11-20T20:25:00.123Z', '2026-11-20T20:25:00.123Z' FROM n`)
      .bind(userId, first, Math.min(count, first + perStatement)).run();
  }
}

/** Runs the clean-up as the cron trigger does; returns its log line. */
export async function cleanUp(worker) {
  const seen = worker.log().length;
  const response = await fetch(`${worker.url}/cdn-cgi/local/scheduled`);
  assert.equal(response.status, 200, await response.text());
  const lines = () => worker.log().slice(seen).split('\n').filter((line) => line.startsWith('{"event":"sessions_cleaned_up"'));
  for (const end = Date.now() + 5_000; lines().length === 0 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(lines().length, 1, worker.log().slice(seen));
  return JSON.parse(lines()[0]);
}
