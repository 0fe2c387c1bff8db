// `npm test -- WORDS`, on a test file of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { filter } from './name-filter.mjs';

const folder = mkdtempSync(join(tmpdir(), 'edge-auth-filter-'));
after(() => rmSync(folder, { recursive: true }));
// The server keeps the process alive, as the servers of real tests do.
writeFileSync(join(folder, 'a.test.mjs'), `
  import { createServer } from 'node:http';
  import { before, describe, test } from 'node:test';
  before(() => createServer().listen(0));
  test('the first (of two)', () => {});
  describe('A group', () => test('fails', () => { throw new Error('on purpose'); }));
`);

function run(...words) {
  // Without this variable node would report to the outer run.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, ['--test', ...filter(words), join(folder, 'a.test.mjs')], { encoding: 'utf8', env, timeout: 60_000 });
}

test('runs only the tests that have the words in their name, whatever their case', () => {
  const { status, stdout } = run('FIRST', '(of');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /✔ the first \(of two\)/);
  assert.doesNotMatch(stdout, /fails/);
});

test('fails if a test that has the words fails', () => {
  const { status, stdout } = run('fails');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /on purpose/);
});

test('fails if no test has the words in this order', () => {
  const { status, stdout } = run('two first');
  assert.equal(status, 1, stdout);
  assert.match(stdout, /✘ No test has a name that contains these words in this order/);
});
