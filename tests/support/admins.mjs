// Administrators, and what is stored about a user, for the tests of administration, suspension and deletion.

import assert from 'node:assert/strict';
import { Caller, signUp } from './caller.mjs';
import { homeOf } from './database.mjs';
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

const TABLES_OF_HOMES = ['sessions', 'tasks', 'usage', 'deletions'];
const TABLES_OF_MAIN = ['users', 'email_clashes'];

/** The number of rows of each table that names the user, in all databases. */
export async function rowsOf(database, userId) {
  const counts = {};
  const count = async (binding, table) => {
    const column = table === 'users' ? 'id' : 'user_id';
    const found = await binding.prepare(`SELECT count(*) AS count FROM ${table} WHERE ${column} = ?`).bind(userId).first('count');
    if (found > 0) counts[table] = (counts[table] ?? 0) + found;
  };
  await Promise.all([
    ...TABLES_OF_MAIN.map((table) => count(database, table)),
    ...database.all.flatMap((binding) => TABLES_OF_HOMES.map((table) => count(binding, table))),
  ]);
  return counts;
}

/** Stores a session of a user, at home. */
export async function addSession(database, { userId }, { id, rotatedAt, expiresAt }) {
  const [column, value] = homeOf({ userId }) === 'DB' ? ['', ''] : [', version', ', 0'];
  const sql = `INSERT INTO sessions (user_id, id, generation, rotated_at, expires_at${column}) VALUES (?, ?, 0, ?, ?${value})`;
  await database.home(userId).prepare(sql).bind(userId, id, rotatedAt, expiresAt).run();
}

/** Stores tasks of a user, as many as no test could send, in `database` or the user's home. */
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
