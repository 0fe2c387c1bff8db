// Query plans: each statement of the service searches by a key or an index, whatever the size of the tables, and reads no row of
// another user's tasks.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { signUp } from '../support/caller.mjs';
import { decodeToken } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const src = join(project, 'src');
const printStatements = ['run', '--quiet', '--locked', '--example', 'statements'];
const printed = JSON.parse(execFileSync('cargo', printStatements, { cwd: project, encoding: 'utf8' }));
const statements = Object.fromEntries(printed);
/** What runs only in the homes other than `DB`, and what runs in all of them: everything that names no table of `DB` alone. */
const ONLY_AT_HOME = printed.filter(([, , isAtHome]) => isAtHome).map(([name]) => name);
const isOfMain = (sql) => /\b(FROM|JOIN|INTO|UPDATE( OR IGNORE)?) (users|homes|revocations_due|email_clashes)\b/.test(sql);
const inHomes = ([name, sql]) => ONLY_AT_HOME.includes(name) || !isOfMain(sql);

/** Steps of a plan that read only values or the output of another step. */
const READS_NO_TABLE = [
  /^SCAN (CONSTANT ROW|json_each\b.*)$/,
  /^(SCAN|SEARCH) \(subquery-\d+\)$/,
  /^(CO-ROUTINE|COMPOUND QUERY|LEFT-MOST SUBQUERY|UNION ALL|(CORRELATED )?SCALAR SUBQUERY|LIST SUBQUERY)\b/,
];
const readsNoTable = (step) => READS_NO_TABLE.some((form) => form.test(step));
/** The one sort: of the sessions of one user, some hundred at most, where an index would cost each refresh a further row. */
const isAllowedSort = (name, step) => name === 'END_SURPLUS_SESSIONS' && step === 'USE TEMP B-TREE FOR ORDER BY';
const SEARCHES = /^SEARCH \w+( EXISTS)? USING (PRIMARY KEY|(COVERING )?INDEX \w+) \((\w+)[=><]\?/;

function parameters(sql) {
  return Math.max(0, ...Array.from(sql.matchAll(/\?(\d+)/g), ([, number]) => Number(number)));
}

async function plan(database, sql) {
  const { results } = await database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...Array(parameters(sql)).fill(null)).all();
  return results.map(({ detail }) => detail);
}

describe('Query plans', () => {
  const worker = useWorker({ homes: 1, vars: { D1_OPEN: 'DB' } });
  const database = useDatabase(worker);

  describe('Each statement', () => {
    test('is in the list of statements, and the list has no unused one', () => {
      const files = readdirSync(src, { recursive: true }).filter((name) => name.endsWith('.rs'));
      const code = files.map((name) => [name, readFileSync(join(src, name), 'utf8').replace(/^\s*\/\/.*$/gm, '')]);
      const all = code.map(([, text]) => text).join('\n');
      assert.equal(all.match(/\bstatement\.sql\(\)/g)?.length, 1, 'one place passes SQL on, and only that of the list');
      assert.doesNotMatch(all, /\bprepare\w*\(/);
      assert.equal(all.match(/\bffi::bind\b/g)?.length, 1, 'only that place calls the code that prepares it');
      const bridge = readFileSync(join(src, 'platform', 'ffi.js'), 'utf8');
      assert.deepEqual(bridge.match(/\bprepare\w*\(.*?\)+/g), ['prepare(sql)'], 'one place prepares it');
      assert.deepEqual(all.match(/\bd1_?(exec|query)\b|D1Database.*\.exec\(/gi), null, 'no code bypasses it');
      const used = new Set(Array.from(all.matchAll(/\bstatements::([A-Z_0-9]{2,})\b/g), ([, name]) => name));
      assert.deepEqual([...used].sort(), Object.keys(statements).sort());
      const makers = code.filter(([, text]) => /\bStatement\(/.test(text)).map(([name]) => name);
      assert.deepEqual(makers, [join('store', 'statements', 'statement.rs')], 'only the list makes statements');
    });

    const assertSearches = async (binding, name, sql) => {
      for (const step of await plan(binding, sql)) {
        if (!readsNoTable(step) && !isAllowedSort(name, step)) assert.match(step, SEARCHES, `${step}\n${sql}`);
        if (/^SEARCH tasks/.test(step)) assert.match(step, /\(user_id=\?/, step);
      }
    };
    for (const [name, sql] of Object.entries(statements).filter(([name]) => !ONLY_AT_HOME.includes(name))) {
      test(`searches by a key or an index without sorting: ${name}`, () => assertSearches(database, name, sql));
    }
    for (const [name, sql] of Object.entries(statements).filter(inHomes)) {
      test(`does so in a home other than DB: ${name}`, () => assertSearches(database.all[1], name, sql));
    }

    test('that runs in every home runs there with the plan of DB', async () => {
      for (const [name, sql] of Object.entries(statements).filter(inHomes).filter(([name]) => !ONLY_AT_HOME.includes(name))) {
        assert.deepEqual(await plan(database.all[1], sql), await plan(database, sql), name);
      }
      assert.ok(ONLY_AT_HOME.length > 0 && ONLY_AT_HOME.every((name) => !isOfMain(statements[name])));
    });

    test('that sorts or joins is not recompiled for each call', () => {
      for (const [name, sql] of Object.entries(statements).filter(([, text]) => /\b(ORDER BY|JOIN)\b/.test(text))) {
        // The session check, a subquery, neither sorts nor joins.
        const query = sql.replaceAll(/EXISTS \(SELECT 1 FROM sessions WHERE [^)]*\)/g, '');
        assert.doesNotMatch(query, /( = |\bLIMIT )\?\d+(?! \+)/, name);
      }
    });

    test('on tasks is restricted to one user', () => {
      // BEGIN_DELETIONS looks whether each of the deleted users has tasks.
      const touching = Object.entries(statements).filter(([name, sql]) => name !== 'BEGIN_DELETIONS' && /\btasks\b/.test(sql));
      assert.ok(touching.length > 0);
      assert.match(statements.BEGIN_DELETIONS, /^INSERT [^(]* \(user_id\) SELECT value ->> 0 .* EXISTS \(SELECT 1 FROM tasks WHERE user_id = value ->> 0\)$/);
      for (const [name, sql] of touching) {
        // The `user_id = ?1` of the session check does not count.
        const query = sql.replaceAll(/EXISTS \(SELECT 1 FROM (sessions|deletions) [^)]*\)/g, '');
        assert.match(query, /\bWHERE\b.*\buser_id = \+?\?1\b|^INSERT INTO tasks \(user_id, [^)]*\) SELECT \?1,/, name);
      }
    });

    test('fails this check if it scans, sorts or searches without an index', async () => {
      for (const sql of [
        'SELECT id FROM tasks', 'SELECT id FROM tasks WHERE id = ?1', 'SELECT title FROM tasks WHERE user_id = ?1 ORDER BY title',
        'UPDATE tasks SET title = ?1', 'DELETE FROM sessions WHERE id = ?1', 'SELECT id FROM users WHERE name = ?1',
      ]) {
        assert.ok((await plan(database, sql)).some((step) => !readsNoTable(step) && !SEARCHES.test(step)), sql);
      }
    });
  });

  describe('A list', () => {
    const lists = Object.entries(statements).filter(([name]) => /^(LONG_)?TASKS_\w*CENDING$/.test(name));

    test('reads the rows it returns, one more if there is another page, and the session', async () => {
      assert.equal(lists.length, 8);
      const [ada, bob] = await Promise.all([signUp(worker), signUp(worker)]);
      for (let index = 0; index < 30; index += 1) {
        const task = { title: `Task ${index}`, completed: index % 3 === 0 };
        await Promise.all([ada.post('/api/tasks', task), bob.post('/api/tasks', task)]);
      }
      const { sid } = decodeToken(ada.accessToken).claims;
      for (const [name, sql] of lists) {
        for (const [limit, completed] of [[1, 1], [5, 0], [9, 1], [19, 0]]) {
          const start = name.includes('DESC') ? '~' : '';
          const values = [ada.userId, sid, Date.now(), start, limit + 1, completed].slice(0, parameters(sql));
          const { results, meta } = await database.prepare(sql).bind(...values).all();
          assert.equal(results.length, limit + 1, name);
          // A long page also reads the bytes that the user has stored, for each of its two variants, and the end of the unused one.
          const others = name.startsWith('LONG_') ? 4 : 1;
          assert.equal(meta.rows_read, limit + 1 + others, `${name} reads ${meta.rows_read} rows to show ${limit}`);
        }
      }
    });
  });
});
