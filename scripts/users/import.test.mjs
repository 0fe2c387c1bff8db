// What an import plans and writes, against a database in memory, and which database the command line chooses.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyProject } from '../../tests/support/project-copy.mjs';
import { Failure } from '../shared.mjs';
import { importUsers } from './import.mjs';

const HASH = '$2b$12$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC';

/** Imports the records; returns the report, what was printed, and the SQL that was executed. */
async function run(context, records, { existing = [], fail = false, accounts, ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-users-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const write = (name, rows) => {
    writeFileSync(join(folder, name), rows.map((row) => JSON.stringify(row)).join('\n'));
    return join(folder, name);
  };
  const [sql, printed] = [[], []];
  const database = {
    async* pages() {
      yield existing;
    },
    async execute(text) {
      if (fail) throw new Failure('wrangler failed');
      sql.push(text);
    },
  };
  const file = write('users.jsonl', records);
  const report = await importUsers({ file, accounts: accounts && write('account.jsonl', accounts), ...options }, database, (line) => printed.push(line));
  return { report, sql: sql.join(''), printed: printed.join('\n') };
}

const user = (id, email = `${id}@example.com`) => ({ id, email, password_hash: HASH, created_at: '2025-01-01' });

test('those who exist are left as they are, and a taken id is reported', async (context) => {
  const existing = [{ id: 'a', email: 'a@example.com' }, { id: 'b', email: 'other@example.com' }];
  const { report, sql, printed } = await run(context, [user('x', 'A@example.com'), user('b'), user('c'), user('c', 'd@example.com'), user('e', 'c@example.com')], { existing, write: true });
  assert.deepEqual([report.existing, report.imported, report.invalid, report.twice], [1, 1, 3, 1]);
  assert.match(printed, /line 2: its id exists with another address/);
  assert.match(printed, /line 4: its id is that of line 3/);
  assert.match(printed, /line 5: c@example\.com is the address of line 3/);
  assert.equal(sql.match(/@example/g).length, 1);
  assert.match(sql, /\('c', 'c@example\.com', NULL, 'user', '\$2b\$12\$.*', '2025-01-01T00:00:00\.000Z', 0, 0\)/);
});

test('without --write nothing is executed, and more than 20 problems are counted', async (context) => {
  const { sql, printed } = await run(context, [...Array.from({ length: 30 }, () => ({ email: 'x' })), user('a')]);
  assert.equal(sql, '');
  assert.match(printed, /✘ and 10 more\nNothing was written\. Add --write to import 1 user$/);
});

test('a failure says how to continue', async (context) => {
  await assert.rejects(run(context, [user('a')], { write: true, fail: true }), /wrangler failed\nAfter 0 users .*run the same command again/);
});

test('Better Auth\'s second table has the hashes of its credential accounts', async (context) => {
  const scrypt = `00ff:${'0'.repeat(128)}`;
  const accounts = [{ userId: 'a', providerId: 'credential', password: scrypt }, { userId: 'b', providerId: 'google', password: null }];
  const records = [{ id: 'a', email: 'a@example.com' }, { id: 'b', email: 'b@example.com' }];
  const { report, sql } = await run(context, records, { accounts, write: true });
  assert.deepEqual([...report.kinds], [['scrypt (Better Auth)', 1]]);
  assert.ok(sql.includes(`'${scrypt}'`));
  const all = await run(context, records, { accounts, withoutPasswords: true });
  assert.deepEqual([...all.report.kinds.keys()], ['scrypt (Better Auth)', 'no password: reset by email']);
  await assert.rejects(run(context, records, { accounts: [user('a')] }), /takes Better Auth's table `account`/);
});

test('the options choose the database', (context) => {
  const copy = copyProject();
  context.after(copy.remove);
  const calls = (...args) => copy.run('users', args).calls.map((call) => call.slice(0, call.indexOf('--yes')).join(' '));
  assert.deepEqual(calls('export'), ['d1 execute DB --local']);
  assert.deepEqual(calls('export', '--remote', '--env', 'staging'), ['d1 execute DB --remote --env staging']);
  assert.deepEqual(calls('make-admin', 'ada@example.com', '--local', '-e', 'staging'), ['d1 execute DB --local --env staging']);
  for (const [args, message] of [
    [[], /import FILE/], [['import'], /Which file/], [['export', 'a', 'b'], /one argument too many/], [['delete'], /"delete" is not a command/],
    [['export', '--local', '--remote'], /choose one/], [['export', '--force'], /Unknown option '--force'/], [['make-admin', 'ada'], /"ada" is not an email address/],
  ]) {
    const result = copy.run('users', args);
    assert.match(result.output, message);
    assert.deepEqual(result.calls, []);
  }
  assert.match(copy.run('users', ['export'], { npm_config_remote: 'true' }).output, /npm took --remote for itself/);
});
