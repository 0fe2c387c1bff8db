// No value of a file can become SQL: SQLite reads back exactly what was quoted, and no statement exceeds D1's limit.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { insertStatements, MAX_STATEMENT_BYTES, quote } from './sql.mjs';

const HOSTILE = ["'", "''", "'; DROP TABLE users; --", '\\', '"', ';', '--', '/*', '*/', '`', '\n', '\r\n;', '\0', 'a\0b', '?1', ':name', '$x', '@y', "x'00'", 'ü😀', '\u2028', '',
  'BEGIN; END', 'x'.repeat(50_000)];

test('SQLite reads back every text, alone and joined to another', () => {
  const database = new DatabaseSync(':memory:');
  for (const left of HOSTILE) {
    for (const right of HOSTILE) {
      const text = left + right;
      assert.equal(database.prepare(`SELECT hex(${quote(text)}) AS text`).get().text, Buffer.from(text).toString('hex').toUpperCase());
      assert.ok(!/['";\\\n\0]|--|\/\*/.test(quote(text).replace(/^'|'$/g, '').replace(/^CAST\(x'([0-9a-f]*)' AS TEXT\)$/, '$1')), JSON.stringify(quote(text)));
    }
  }
  for (const [value, literal] of [[null, 'NULL'], [true, '1'], [false, '0']]) assert.equal(quote(value), literal);
  for (const value of [undefined, 1, {}, []]) assert.throws(() => quote(value), TypeError);
});

test('statements stay within the limit and insert every row', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT UNIQUE, name TEXT, role TEXT, password_hash TEXT, created_at TEXT, email_verified INTEGER, suspended INTEGER) STRICT');
  const users = Array.from({ length: 3_000 }, (_, index) => ({
    id: `${index}`, email: `${index}@example.com`, name: index % 3 === 0 ? null : randomBytes(100).toString('latin1'), role: 'user', password_hash: '!', created_at: '2025-01-01T00:00:00.000Z',
    email_verified: index % 2 === 0, suspended: false,
  }));
  const statements = insertStatements(users);
  assert.ok(statements.length > 1);
  for (const statement of statements) {
    assert.ok(Buffer.byteLength(statement) < 100_000 && statement.length < MAX_STATEMENT_BYTES + 10_000);
    database.exec(statement);
    database.exec(statement);
  }
  const rows = database.prepare('SELECT id, name, email_verified FROM users ORDER BY CAST(id AS INTEGER)').all();
  assert.deepEqual(rows.map((row) => ({ ...row })), users.map(({ id, name, email_verified }) => ({ id, name, email_verified: Number(email_verified) })));
  assert.deepEqual(insertStatements([]), []);
});
