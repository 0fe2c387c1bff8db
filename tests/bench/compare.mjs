// The comparison: in every round every subject gets each load right after the previous subject, in an order that
// rotates by one, so that whatever else the machine does affects all of them alike.

import { Failure } from '../../scripts/shared.mjs';
import { renderComparison } from './comparison-report.mjs';
import { circumstances } from './environment.mjs';
import { SIZE, applyLoad, log, startSubjects, workFolder } from './harness.mjs';
import { evaluateTargets } from './metrics.mjs';
import { CONNECTIONS } from './options.mjs';
import { memory } from './process.mjs';
import { publish, toJson } from './report.mjs';
import { baseline } from './subjects/baseline.mjs';
import { betterAuth, betterAuthJwt } from './subjects/better-auth.mjs';
import { edgeAuth } from './subjects/edge-auth.mjs';
import { fastapi } from './subjects/fastapi.mjs';
import { hono, honoArgon2 } from './subjects/hono.mjs';

const ALL = [baseline, edgeAuth, hono, honoArgon2, betterAuth, betterAuthJwt, fastapi];
/** Rows that only these subjects have: for the others the token makes no difference to a list. */
const ONLY_IN = { 'list-foreign': ['edge-auth', 'hono'] };

export async function compare(options) {
  const subjects = [];
  try {
    await startSubjects(selected(options), subjects, { folder: workFolder(), size: SIZE });
    const rates = await warmUp(subjects, options);
    const measured = subjects.map(({ id, label, bundle }) => ({ id, label, bundle: bundle?.kibibytes, rounds: [] }));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [index, result] of (await measureRound(subjects, round, rates, options)).entries()) measured[index].rounds.push(result);
    }
    const result = { ...circumstances(), rounds: options.rounds, size: SIZE, rates, targets: evaluateTargets(measured), subjects: measured };
    publish(options.out, 'comparison', { json: toJson(result), ...renderComparison(result) });
  } finally {
    for (const { server } of subjects) await server.stop();
  }
}

function selected({ subjects }) {
  const unknown = subjects?.find((id) => !ALL.some((one) => one.id === id));
  if (unknown) throw new Failure(`--subjects names ${unknown}, which is none of ${ALL.map(({ id }) => id).join(', ')}`);
  return ALL.filter(({ id }) => !subjects || subjects.includes(id));
}

const includesRow = ({ id, requests }, row) => row in requests && (ONLY_IN[row]?.includes(id) ?? true);

/** Until the code is compiled and the caches are full. Returns the rate of each row: half of what its slowest subject reaches. */
async function warmUp(subjects, { rows, milliseconds }) {
  const rates = {};
  for (const row of rows) {
    const speeds = [];
    for (const subject of subjects.filter((one) => includesRow(one, row))) {
      log(`Warming up: ${row}, ${subject.label}`);
      if (row === 'signin') await applyLoad(subject, row, { connections: 1, milliseconds: 300, atLeast: 2 });
      else {
        await applyLoad(subject, row, { connections: 8, milliseconds });
        speeds.push((await applyLoad(subject, row, { connections: 8, milliseconds: milliseconds / 2 })).perSecond);
      }
    }
    if (speeds.length > 0) rates[row] = Number((Math.min(...speeds) / 2).toPrecision(2));
  }
  return rates;
}

async function measureRound(subjects, round, rates, options) {
  const results = subjects.map(() => ({ rows: {} }));
  const turn = subjects.map((_, index) => (index + round) % subjects.length);
  for (const row of options.rows) {
    log(`Round ${round + 1} of ${options.rounds}: ${row}${rates[row] ? `, then at ${rates[row]}/s` : ''}`);
    for (const [kind, load] of loads(row, rates[row], options)) {
      for (const index of turn.filter((one) => includesRow(subjects[one], row))) {
        (results[index].rows[row] ??= {})[kind] = await applyLoad(subjects[index], row, load);
      }
    }
  }
  for (const index of turn) {
    // Comparable only between subjects that ran every row.
    if ('create' in subjects[index].requests) results[index].memory = memory(subjects[index].server.pid);
    results[index].firstResponse = await subjects[index].firstResponse?.();
  }
  return results;
}

/** Sign-ins come one after another: a second one at the same time would only wait for the first. */
function loads(row, rate, { milliseconds }) {
  if (row === 'signin') return [['alone', { connections: 1, milliseconds, atLeast: 3 }]];
  return [
    ...CONNECTIONS.map((connections) => [connections, { connections, milliseconds }]),
    ['atRate', { connections: Math.max(...CONNECTIONS), milliseconds: milliseconds * 1.5, rate }],
  ];
}
