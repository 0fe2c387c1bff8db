// The arithmetic behind every figure, and the form and the place of a report.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { project } from '../../scripts/shared.mjs';
import { evaluateTargets } from './metrics.mjs';
import { publish, table } from './report.mjs';
import { pairedRatio, quantile, summary } from './statistics.mjs';

test('a quantile lies between its neighbours', () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([7], 0.99), 7);
  assert.ok(Math.abs(quantile([0, 10], 0.99) - 9.9) < 1e-9);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('a summary leaves out what was not measured', () => {
  assert.deepEqual(summary([3, undefined, 1, NaN, 2]), { median: 2, min: 1, max: 3, count: 3 });
  assert.equal(summary([undefined]), undefined);
});

test('a ratio is taken within a round: a slow round for both changes nothing', () => {
  assert.deepEqual(pairedRatio([1, 100, 3], [2, 200, 6]), { median: 0.5, min: 0.5, max: 0.5, count: 3 });
});

test('a target is evaluated by the median ratio, and only where both were measured', () => {
  const subject = (id, first) => ({ id, label: id, bundle: 300, rounds: first.map((firstResponse) => ({ rows: {}, firstResponse })) });
  const targets = evaluateTargets([subject('edge-auth', [10, 90, 10]), subject('better-auth', [30, 100, 30])]);
  assert.deepEqual(targets.map(({ what, isMet }) => [what, isMet]), [['first 200 after start', true], ['bundle, gzip, KiB', false]]);
});

test('a target is met only if every run meets it', () => {
  const subject = (id, times) => ({ id, label: id, bundle: 100, rounds: times.map((firstResponse, index) => ({ run: 1 + Math.floor(index / 2), rows: {}, firstResponse })) });
  const [target] = evaluateTargets([subject('edge-auth', [1, 1, 9, 9, 1, 1]), subject('better-auth', [10, 10, 10, 10, 10, 10])]);
  assert.equal(target.ratio.median, 0.1);
  assert.deepEqual(target.runs, { median: 0.1, min: 0.1, max: 0.9, count: 3 });
  assert.equal(target.isMet, false);
});

test('the columns of a table are as wide as their widest cell', () => {
  assert.equal(table(['', 'long head'], [['a label', '1']]), '|         | long head |\n| ------- | --------- |\n| a label | 1         |\n');
});

test('a report is written to the absolute folder that was named, or to a relative one of the project', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-report-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const printed = context.mock.method(console, 'log', () => {});
  publish(join(folder, 'absolute'), 'growth', { md: 'absolute' });
  publish(relative(project, join(folder, 'relative')), 'growth', { md: 'relative' });
  const contents = ['absolute', 'relative'].map((name) => readFileSync(join(folder, name, 'growth.md'), 'utf8'));
  assert.deepEqual(contents, ['absolute', 'relative']);
  assert.equal(printed.mock.calls[1].arguments[0], `Written to ${join(folder, 'absolute', 'growth')}.{md}`);
});
