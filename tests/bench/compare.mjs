// The comparison: in every round every subject gets each load right after the previous subject, in an order that
// rotates by one, so that whatever else the machine does affects all of them alike.

import { Failure } from '../../scripts/shared.mjs';
import { renderComparison } from './comparison-report.mjs';
import { circumstances } from './environment.mjs';
import { SIZE, applyLoad, log, startSubjects, workFolder } from './harness.mjs';
import { measureMemory } from './memory.mjs';
import { evaluateTargets } from './metrics.mjs';
import { CONNECTIONS } from './options.mjs';
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
  let rates;
  let measured;
  for (let run = 1; run <= options.runs; run += 1) {
    if (options.runs > 1) log(`Run ${run} of ${options.runs}`);
    const result = await measureRun(run, rates, options);
    // The same rates in each run, so that their latencies are comparable.
    rates ??= result.rates;
    measured = measured ? append(measured, result.measured) : result.measured;
  }
  const { rounds, runs } = options;
  const result = { ...circumstances(), rounds, runs, size: SIZE, rates, targets: evaluateTargets(measured), subjects: measured };
  publish(options.out, 'comparison', { json: toJson(result), ...renderComparison(result) });
}

const append = (measured, others) => measured.map((subject, index) => ({ ...subject, rounds: [...subject.rounds, ...others[index].rounds] }));

/** With servers and databases of its own. */
async function measureRun(run, known, options) {
  const subjects = [];
  try {
    await startSubjects(selected(options), subjects, { folder: workFolder(), size: SIZE });
    const warm = await warmUp(subjects, options);
    const rates = known ?? warm;
    const measured = subjects.map(({ id, label, bundle }) => ({ id, label, bundle: bundle?.kibibytes, rounds: [] }));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [index, result] of (await measureRound(subjects, round, rates, options)).entries()) measured[index].rounds.push({ run, ...result });
    }
    for (const [index, subject] of subjects.entries()) measured[index].rounds.at(-1).memory = await measureMemory(subject);
    return { rates, measured };
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
export async function warmUp(subjects, { rows, milliseconds }) {
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

/** What each subject does in one round, in the order of `subjects`. */
export async function measureRound(subjects, round, rates, options) {
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
