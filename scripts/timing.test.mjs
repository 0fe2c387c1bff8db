// The table of times at the end of `npm test`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTimed, timeTable } from './timing.mjs';

test('the table has a line for each step, the failed one marked', () => {
  const times = [{ name: 'Formatting', seconds: 0.54, isDone: true }, { name: 'API', seconds: 312.3, isDone: false }];
  assert.equal(timeTable(times, 312.84), [
    'step          seconds',
    '✔ Formatting      0.5',
    '✘ API           312.3',
    'together        312.8',
  ].join('\n'));
});

test('a failure ends the run, and the times are printed all the same', async (context) => {
  const printed = context.mock.method(console, 'log', () => {});
  const done = [];
  const steps = ['first', 'second', 'third'].map((name) => ({
    name,
    work: async () => {
      if (name === 'second') throw new Error('failed on purpose');
      done.push(name);
    },
  }));
  await assert.rejects(runTimed(steps), /failed on purpose/);
  assert.deepEqual(done, ['first']);
  assert.match(printed.mock.calls.at(-1).arguments[0], /✔ first .*\n✘ second .*\ntogether /);
});
