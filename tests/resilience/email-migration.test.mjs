// Addresses that were stored before one mailbox had one spelling: migration 0003 respells them, reports those that clash, and
// loses no account. It runs on a real D1, by the steps that `npm start` and `npm run deploy` take.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { prepareSpellings } from '../../scripts/respell.mjs';
import { ask, environment, inProject } from '../../scripts/shared.mjs';
import { openDatabase } from '../support/database.mjs';
import { databases, rawConfig } from '../support/worker.mjs';

const MIGRATION = '0003_one_spelling_per_mailbox.sql';
const USERS = [
  ['01', 'ada@example.com'],
  ['02', 'ada@münchen.de'],
  ['03', 'ada@xn--mnchen-3ya.de'],
  ['04', 'νίκος@example.com'],
  ['05', 'νίκοσ@example.com'],
  ['06', 'eve@ｅｘａｍｐｌｅ.com'],
  ['07', 'bob@xn--a.de'],
  ['08', 'jörg@exämple.de'],
];

describe('Migration 0003', () => {
  const home = mkdtempSync(join(tmpdir(), 'edge-auth-migration-'));
  const folder = join(home, 'migrations');
  const state = join(home, 'state');
  const options = ['--local', '--config', join(home, 'wrangler.json'), '--persist-to', state];
  const migrate = () => ask('wrangler', ['d1', 'migrations', 'apply', 'DB', ...options], { ...environment, CI: '1' });
  /** The rows of the last statement. Opens the database anew: while a program runs this process waits, and misses that a connection ends. */
  const query = async (...statements) => {
    const database = await openDatabase({ state });
    try {
      let rows;
      for (const sql of statements) rows = (await database.prepare(sql).all()).results;
      return rows;
    } finally {
      await database.close();
    }
  };

  before(async () => {
    mkdirSync(folder);
    const { compatibility_date } = rawConfig;
    const d1_databases = databases(0).map((one) => ({ ...one, migrations_dir: 'migrations' }));
    writeFileSync(join(home, 'wrangler.json'), JSON.stringify({ name: 'migration-test', compatibility_date, d1_databases }));
    for (const name of readdirSync(inProject('migrations')).filter((name) => name < MIGRATION)) copyFileSync(inProject('migrations', name), join(folder, name));
    assert.notEqual(migrate(), undefined, 'the older migrations apply');
    const rows = USERS.map(([id, email]) => `('${id}', '${email}', 'hash', '2026-01-01T00:00:00.000Z')`);
    await query(`INSERT INTO users (id, email, password_hash, created_at) VALUES ${rows.join(', ')}`);
    await query("INSERT INTO sessions (user_id, id, generation, rotated_at, expires_at) SELECT id, 's', 0, 0, 0 FROM users");
    copyFileSync(inProject('migrations', MIGRATION), join(folder, MIGRATION));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('changes nothing where the spellings were not prepared', async () => {
    assert.equal(migrate(), undefined);
    assert.deepEqual((await query('SELECT id, email FROM users ORDER BY id')).map(({ id, email }) => [id, email]), USERS);
  });

  test('gives each mailbox one spelling, reports the clashes and loses no account', async () => {
    prepareSpellings(options);
    assert.notEqual(migrate(), undefined);
    assert.deepEqual((await query('SELECT id, email FROM users ORDER BY id')).map(({ id, email }) => [id, email]), [
      ['01', 'ada@example.com'],
      ['02', '02@clash.invalid'],
      ['03', 'ada@xn--mnchen-3ya.de'],
      ['04', '04@clash.invalid'],
      ['05', 'νίκοσ@example.com'],
      ['06', 'eve@example.com'],
      ['07', '07@clash.invalid'],
      ['08', 'jörg@xn--exmple-cua.de'],
    ]);
    assert.deepEqual((await query('SELECT user_id, stored_email, email FROM email_clashes ORDER BY user_id')).map(Object.values), [
      ['02', 'ada@münchen.de', 'ada@xn--mnchen-3ya.de'],
      ['04', 'νίκος@example.com', 'νίκοσ@example.com'],
      ['07', 'bob@xn--a.de', null],
    ]);
    assert.deepEqual(await query('SELECT count(*) AS count FROM sessions'), [{ count: USERS.length }]);
  });

  test('lets no row have another spelling afterwards', async () => {
    const others = ['Ada@example.com', 'ada@münchen.de', 'ada@Example.com', 'νίκος@example.com', 'ΝΊΚΟΣ@example.com', 'ǅ@example.com', 'ſ@example.com', '\u212a@example.com', 'İ@example.com', 'ada@ex_ample.com'];
    const spelling = (email) => `UPDATE OR IGNORE users SET email = '${email}' WHERE id = '01' RETURNING email`;
    await query(...others.map(spelling));
    assert.deepEqual(await query("SELECT email FROM users WHERE id = '01'"), [{ email: 'ada@example.com' }]);
    assert.deepEqual(await query(spelling('ünï@example.com')), [{ email: 'ünï@example.com' }]);
  });

  test('is prepared once: afterwards nothing is left to do', async () => {
    prepareSpellings(options);
    assert.deepEqual(await query("SELECT name FROM sqlite_schema WHERE name = 'email_spellings'"), []);
  });
});
