// The comparison: in every round each load is put on one contestant right after the other, in an order that moves on by one, so
// that what the machine does meanwhile touches all of them alike.

import { SIZE, bringUp, put, tell, workFolder } from './arena.mjs';
import { betterAuth, betterAuthJwt } from './contestants/better-auth.mjs';
import { edgeAuth, edgeAuthSimulatedLimit } from './contestants/edge-auth.mjs';
import { fastapi } from './contestants/fastapi.mjs';
import { floor } from './contestants/floor.mjs';
import { hono, honoArgon2 } from './contestants/hono.mjs';
import { Failure } from '../../scripts/shared.mjs';
import { CONNECTIONS } from './options.mjs';
import { memory } from './process.mjs';
import { report } from './report.mjs';

const ALL = [floor, edgeAuth, edgeAuthSimulatedLimit, hono, honoArgon2, betterAuth, betterAuthJwt, fastapi];
/** The other contestants' lists are in the row above already. */
const ONLY_IN = { 'list-foreign': ['edge-auth', 'hono'] };

export async function compare(options) {
  const contestants = [];
  try {
    await bringUp(chosen(options), contestants, { folder: workFolder(), size: SIZE });
    const rates = await warmUp(contestants, options);
    const measured = contestants.map(({ id, label, bundle }) => ({ id, label, bundle: bundle?.kibibytes, rounds: [] }));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [index, result] of (await measureRound(contestants, round, rates, options)).entries()) measured[index].rounds.push(result);
    }
    report({ measured, rates, options, size: SIZE });
  } finally {
    for (const { server } of contestants) await server.stop();
  }
}

function chosen({ contestants }) {
  const unknown = contestants?.find((id) => !ALL.some((one) => one.id === id));
  if (unknown) throw new Failure(`--contestants names ${unknown}, which is none of ${ALL.map(({ id }) => id).join(', ')}`);
  return ALL.filter(({ id }) => !contestants || contestants.includes(id));
}

const takesPart = ({ id, requests }, row) => row in requests && (ONLY_IN[row]?.includes(id) ?? true);

/** Until the code is compiled and the caches are full; what the slowest then manages sets the rate for all of its row. */
async function warmUp(contestants, { rows, milliseconds }) {
  const rates = {};
  for (const row of rows) {
    const speeds = [];
    for (const contestant of contestants.filter((one) => takesPart(one, row))) {
      tell(`Warming up: ${row}, ${contestant.label}`);
      if (row === 'signin') await put(contestant, row, { connections: 1, milliseconds: 300, atLeast: 2 });
      else {
        await put(contestant, row, { connections: 8, milliseconds });
        speeds.push((await put(contestant, row, { connections: 8, milliseconds: milliseconds / 2 })).perSecond);
      }
    }
    if (speeds.length > 0) rates[row] = Number((Math.min(...speeds) / 2).toPrecision(2));
  }
  return rates;
}

async function measureRound(contestants, round, rates, options) {
  const results = contestants.map(() => ({ rows: {} }));
  const turn = contestants.map((_, index) => (index + round) % contestants.length);
  for (const row of options.rows) {
    tell(`Round ${round + 1} of ${options.rounds}: ${row}${rates[row] ? `, then at ${rates[row]}/s` : ''}`);
    for (const [kind, load] of loads(row, rates[row], options)) {
      for (const index of turn.filter((one) => takesPart(contestants[one], row))) {
        (results[index].rows[row] ??= {})[kind] = await put(contestants[index], row, load);
      }
    }
  }
  for (const index of turn) {
    // Only of those who carried the whole load.
    if ('create' in contestants[index].requests) results[index].memory = memory(contestants[index].server.pid);
    results[index].firstAnswer = await contestants[index].firstAnswer?.();
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
