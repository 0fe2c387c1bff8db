// The report of the soak run: latency of each kind of request, errors, memory by the minute, and what was wanted.

import { heading, table } from './report.mjs';

const MAX_P99 = 100;
const MAX_GROWTH = 1.2;
const milliseconds = (value) => (value === undefined ? '' : value.toFixed(1));

export function renderSoak(result) {
  const { latencies, errors, memories, lost, users, perSecond, minutes } = result;
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  // The first is read before the load, the second after a minute of it: a run of one minute shows no growth.
  const growth = memories.length > 2 ? memories.at(-1) / memories[1] : undefined;
  const wanted = [
    ['requests that failed', '0', String(failed), failed === 0],
    ['acknowledged writes lost or changed', '0', String(lost), lost === 0],
    ['p99 of all, ms', String(MAX_P99), milliseconds(latencies.all.p99), latencies.all.p99 <= MAX_P99],
    ...(growth === undefined ? [] : [['memory at the end, of that after the first minute', String(MAX_GROWTH), growth.toFixed(2), growth <= MAX_GROWTH]]),
  ];
  return {
    md: [
      heading(result, 'Soak'),
      `${users} users send ${perSecond} requests a second together for ${minutes} minutes: in a hundred ${Object.entries(result.mix).map(([kind, count]) => `${count} ${kind}`).join(', ')}.\n`,
      table(['', 'requests', 'p50 ms', 'p99 ms', 'longest ms'], Object.entries(latencies).map(([kind, { count, p50, p99, most }]) => (
        [kind, String(count), milliseconds(p50), milliseconds(p99), milliseconds(most)]))),
      ...Object.entries(errors).map(([message, count]) => `- ${count} times: ${message}\n`),
      `Memory of the Worker's isolate after a collection, MiB, by the minute: ${memories.map((one) => one.toFixed(1)).join(', ')}.\n`,
      table(['', 'at most', 'measured', 'met'], wanted.map(([what, most, measured, isMet]) => [what, most, measured, isMet ? 'yes' : '**no**'])),
    ].join('\n'),
  };
}
