// Reads the SQLite files in which workerd keeps the Durable Objects that count sign-in attempts.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { rawConfig } from './worker.mjs';

const TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('attempts', 'device_attempts')";
const DEVICES = 'SELECT device, count(*) AS attempts FROM device_attempts GROUP BY device ORDER BY min(rowid)';

/** The attempts of every object that has some, the expired ones too, as `{ shared, devices: { [device]: attempts } }`. */
export function countedAttempts(worker) {
  return files(worker).map((file) => query(file, readCounts)).filter(({ shared, devices }) => shared > 0 || Object.keys(devices).length > 0);
}

/** Runs a statement in every object that has the table `attempts`. The worker must not run. */
export function changeObjects(worker, sql) {
  for (const file of files(worker)) {
    query(file, (database) => database.prepare(TABLES).all().length > 0 && database.exec(sql));
  }
}

function files(worker) {
  const folder = join(worker.state, 'v3', 'do', `${rawConfig.name}-SigninLimiter`);
  return readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name)).map((name) => join(folder, name));
}

function readCounts(database) {
  const tables = database.prepare(TABLES).all().map(({ name }) => name);
  const devices = tables.includes('device_attempts') ? database.prepare(DEVICES).all() : [];
  return {
    shared: tables.includes('attempts') ? database.prepare('SELECT count(*) AS attempts FROM attempts').get().attempts : 0,
    devices: Object.fromEntries(devices.map(({ device, attempts }) => [device, attempts])),
  };
}

/** In one transaction, since the object's alarm may delete its tables; it waits while they are being deleted. */
function query(file, work) {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('BEGIN');
    const result = work(database);
    database.exec('COMMIT');
    return result;
  } finally {
    database.close();
  }
}
