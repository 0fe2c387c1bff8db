// Prepares migration 0003: computes the one spelling of each stored address beyond ASCII, which SQLite cannot, and leaves it in
// the table `email_spellings` for the migration to apply. Changes no address itself, and does nothing once that is applied.

import { domainToAscii, foldLocalPart } from '../src/platform/email_spelling.js';
import { ask, environment, Failure } from './shared.mjs';

const MIGRATION = '0003_one_spelling_per_mailbox.sql';
/** Characters: D1 takes statements of 100 kB, and a character is at most three bytes here. */
const MAX_VALUES_LENGTH = 20_000;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The one spelling of a stored address; null where its domain has none. */
export function spell(email) {
  const at = email.lastIndexOf('@');
  const domain = domainToAscii(email.slice(at + 1));
  return domain !== undefined && DOMAIN.test(domain) ? `${foldLocalPart(email.slice(0, at))}@${domain}` : null;
}

/** SQL that stores the spellings, in batches; none for an address that is spelled so already. */
export function statements(users) {
  const respelled = users.map(({ id, email }) => ({ id, email, spelling: spell(email) })).filter(({ email, spelling }) => email !== spelling);
  if (respelled.length === 0) return [];
  const quote = (text) => text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`;
  const batches = [];
  let rows = [];
  for (const { id, spelling } of respelled) {
    rows.push(`(${quote(id)}, ${quote(spelling)})`);
    if (rows.join(', ').length < MAX_VALUES_LENGTH) continue;
    batches.push(rows);
    rows = [];
  }
  if (rows.length > 0) batches.push(rows);
  return ['CREATE TABLE IF NOT EXISTS email_spellings (user_id TEXT NOT NULL PRIMARY KEY, email TEXT) STRICT, WITHOUT ROWID', ...batches.map((values) => `INSERT OR REPLACE INTO email_spellings (user_id, email) VALUES ${values.join(', ')}`)];
}

/** The rows in what `wrangler d1 execute --json` prints, behind notes of its own. */
const rowsOf = (output) => JSON.parse(output.slice(output.indexOf('[')) || '[{"results":[]}]')[0].results;

/** Runs before `wrangler d1 migrations apply DB` with the same options, such as `--local` or `--remote --env staging`. */
export function prepareSpellings(options) {
  const query = (sql) => {
    const output = ask('wrangler', ['d1', 'execute', 'DB', ...options, '--json', '--yes', '--command', sql], { ...environment, CI: '1' });
    if (output === undefined) throw new Failure(`The database does not answer \`wrangler d1 execute DB ${options.join(' ')}\`: run it to see why`);
    return rowsOf(output);
  };
  const tables = query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('users', 'd1_migrations')").map(({ name }) => name);
  if (!tables.includes('users') || !tables.includes('d1_migrations')) return;
  if (query(`SELECT 1 FROM d1_migrations WHERE name = '${MIGRATION}'`).length > 0) return;
  const users = query("SELECT id, email FROM users WHERE email GLOB '*[^ -~]*' OR email GLOB '*[@.]xn--*'");
  for (const sql of statements(users)) query(sql);
}

/** Says which accounts migration 0003 found to share a mailbox. */
export function reportClashes(options) {
  const sql = 'SELECT user_id, stored_email, email FROM email_clashes';
  const output = ask('wrangler', ['d1', 'execute', 'DB', ...options, '--json', '--yes', '--command', sql], { ...environment, CI: '1' });
  const clashes = output === undefined ? [] : rowsOf(output);
  for (const { user_id: id, stored_email: stored, email } of clashes) {
    const reason = email === null ? 'its domain is not valid' : `${email} is another account of the same mailbox`;
    console.log(`⚠ Account ${id} (${stored}) cannot sign in by its address: ${reason}. See "Accounts that share a mailbox" in docs/deployment.md`);
  }
}
