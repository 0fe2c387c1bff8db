// Fills D1's SQLite files directly, which takes seconds where a million INSERTs through a Worker would take an hour.

import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { getMigrations } from 'better-auth/db/migration';
import { inProject, read } from '../../scripts/shared.mjs';
import { READER, WRITER, homeOf, ownerOf, passwordHashes, task, user } from './data.mjs';
import { DATABASE, createDatabases, databaseFile } from './workerd.mjs';
import { options as betterAuthOptions } from './workers/better-auth-options.mjs';

/**
 * A folder with a filled database. `readerTasks` are the tasks of the one user whose list is read; `isShared` fills Better
 * Auth's tables, too; with `homes` the tasks are in so many further databases.
 */
export async function makeTemplate(folder, { isShared = true, homes = 0, ...size }) {
  mkdirSync(folder, { recursive: true });
  await createDatabases(folder, homes);
  await edit(folder, async (database) => {
    migrate(database, 'migrations');
    await (await getMigrations({ ...betterAuthOptions({}), database })).runMigrations();
    database.exec('BEGIN');
    addUsers(database, size.users, isShared, homes);
    if (homes === 0) addTasks(database, size);
    database.exec('COMMIT');
    database.exec('ANALYZE');
  });
  for (let home = 1; home <= homes; home += 1) {
    edit(folder, (database) => {
      migrate(database, 'migrations', 'homes');
      database.exec('BEGIN');
      addTasks(database, size, homes, home);
      database.exec('COMMIT');
      database.exec('ANALYZE');
    }, `${DATABASE}-${home}`);
  }
  return folder;
}

function migrate(database, ...folder) {
  const names = readdirSync(inProject(...folder)).filter((name) => name.endsWith('.sql')).sort();
  for (const name of names) database.exec(read(...folder, name));
}

/** A subject's own copy, with the two users' passwords in its format of hash; returns the path of the SQLite file. */
export function copy(template, folder, kind) {
  cpSync(template, folder, { recursive: true });
  return setPasswords(folder, kind);
}

export function setPasswords(folder, kind) {
  edit(folder, (database) => {
    const emails = [READER.email, WRITER.email];
    database.prepare('UPDATE users SET password_hash = ? WHERE email IN (?, ?)').run(passwordHashes[kind](), ...emails);
    database.prepare('UPDATE account SET password = ? WHERE userId IN (SELECT id FROM user WHERE email IN (?, ?))')
      .run(passwordHashes[kind](), ...emails);
  });
  return sqliteFile(folder);
}

export function sqliteFile(folder, id = DATABASE) {
  const names = readdirSync(folder, { recursive: true });
  const found = names.filter((name) => basename(name) === databaseFile(id));
  if (found.length !== 1) throw new Error(`One database ${id} is expected in ${folder}, not ${found.join(', ') || 'none'}`);
  return join(folder, found[0]);
}

function edit(folder, work, id) {
  const database = new DatabaseSync(sqliteFile(folder, id));
  const done = work(database);
  const close = () => database.close();
  return done instanceof Promise ? done.finally(close) : close();
}

function addUsers(database, count, isShared, homes) {
  const ours = database.prepare('INSERT INTO users (id, email, name, password_hash, created_at) VALUES (?, ?, ?, ?, ?)');
  const theirs = database.prepare('INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt) VALUES (?, ?, ?, 1, ?, ?)');
  const account = database.prepare(
    "INSERT INTO account (id, accountId, providerId, userId, password, createdAt, updatedAt) VALUES (?, ?, 'credential', ?, ?, ?, ?)");
  // No subject signs in as these users: a text as long as a hash is enough.
  const hash = '-'.repeat(97);
  for (let number = 0; number < count; number += 1) {
    const { id, email, name, createdAt } = user(number, homes);
    ours.run(id, email, name, hash, createdAt);
    if (!isShared) continue;
    theirs.run(id, name, email, createdAt, createdAt);
    account.run(id, id, id, hash, createdAt, createdAt);
  }
}

/** All tasks, or those of the users of one home. */
function addTasks(database, size, homes = 0, home = 0) {
  const insert = database.prepare(
    'INSERT INTO tasks (user_id, id, title, description, completed, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (let number = 0; number < size.tasks; number += 1) {
    const owner = ownerOf(number, size);
    if (homes > 0 && homeOf(owner, homes) !== home) continue;
    const { id, user_id, title, description, completed, created_at, updated_at } = task(number, owner, homes);
    insert.run(user_id, id, title, description, Number(completed), created_at, updated_at);
  }
}
