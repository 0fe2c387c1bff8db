// Runs the steps of a run one after another and prints at its end how long each took, also if one of them failed.

import { step } from './shared.mjs';

/** `steps` are `{ name, work }`; resolves to the sum of seconds, and rejects with the first failure. */
export async function runTimed(steps) {
  const times = [];
  const begin = Date.now();
  try {
    for (const { name, work } of steps) {
      const time = { name, begin: Date.now(), isDone: false };
      times.push(time);
      await step(name, work).finally(() => (time.seconds = (Date.now() - time.begin) / 1000));
      time.isDone = true;
    }
  } finally {
    console.log(`\n${timeTable(times, (Date.now() - begin) / 1000)}`);
  }
}

/** `times` are `{ name, seconds, isDone }`. */
export function timeTable(times, total) {
  const rows = [
    ['step', 'seconds'],
    ...times.map(({ name, seconds, isDone }) => [`${isDone ? '✔' : '✘'} ${name}`, seconds.toFixed(1)]),
    ['together', total.toFixed(1)],
  ];
  const [left, right] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(([name, time]) => `${name.padEnd(left)}  ${time.padStart(right)}`).join('\n');
}
