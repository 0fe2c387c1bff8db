// The arithmetic that every figure goes through, and the form of a table.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promises } from './metrics.mjs';
import { table } from './report.mjs';
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

test('a promise is judged by the median ratio, and only where both were measured', () => {
  const contestant = (id, first) => ({ id, label: id, bundle: 300, rounds: first.map((firstAnswer) => ({ rows: {}, firstAnswer })) });
  const judged = promises([contestant('edge-auth', [10, 90, 10]), contestant('better-auth', [30, 100, 30])]);
  assert.deepEqual(judged.map(({ what, isKept }) => [what, isKept]), [['first 200 after start', true], ['bundle, gzip, KiB', false]]);
});

test('the columns of a table are as wide as their widest cell', () => {
  assert.equal(table(['', 'long head'], [['a label', '1']]), '|         | long head |\n| ------- | --------- |\n| a label | 1         |\n');
});
