// What is read out of the rounds: each metric by its name and how it is shown, and the ratios that this project promises.

import { CONNECTIONS, ROWS } from './options.mjs';
import { pairedRatio, summary } from './statistics.mjs';

const number = (digits) => (value) => value.toFixed(value < 10 ** digits ? digits : 0);
const milliseconds = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

const loaded = CONNECTIONS.flatMap((connections) => [
  { title: `CPU ms for 1,000, ${connections} connections`, pick: (row) => row[connections]?.cpu, show: number(0) },
  { title: `requests/s, ${connections} connections`, pick: (row) => row[connections]?.perSecond, show: number(0) },
]);
const atRate = [
  { title: 'p50 ms at the rate', pick: (row) => row.atRate?.p50, show: milliseconds },
  { title: 'p99 ms at the rate', pick: (row) => row.atRate?.p99, show: milliseconds },
];
const alone = [
  { title: 'ms each, one after another', pick: (row) => row.alone?.p50, show: milliseconds },
  { title: 'CPU ms each', pick: (row) => row.alone && row.alone.cpu / 1000, show: milliseconds },
];

/** The metrics of a row of requests. */
export const metricsOf = (row) => (row === 'signin' ? alone : [...loaded, ...atRate]);

/** One value a round, undefined where nothing was measured. */
export const ofRow = (row, pick) => ({ rows }) => rows[row] && pick(rows[row]);
export const inRounds = (contestant, pick) => contestant.rounds.map((round) => pick(round));

/** Both numbers of connections, one after the other: each is paired with the same of another contestant. */
export function cpuOf(contestant, row) {
  return contestant.rounds.flatMap(({ rows }) => CONNECTIONS.map((connections) => rows[row]?.[connections]?.cpu));
}

export const memoryOf = (contestant) => inRounds(contestant, ({ memory }) => memory);
export const firstAnswerOf = (contestant) => inRounds(contestant, ({ firstAnswer }) => firstAnswer);
export const signInOf = (contestant) => inRounds(contestant, ofRow('signin', (row) => row.alone.p50));

const cpu = (row) => (contestant) => cpuOf(contestant, row);
const PROMISES = [
  { what: `${ROWS.verify}, CPU`, of: cpu('verify'), against: 'hono', most: 0.85 },
  { what: `${ROWS.list}, session check included, CPU`, of: cpu('list'), against: 'hono', note: 'without a session check', most: 0.85 },
  { what: `${ROWS.list}, session check included, CPU`, of: cpu('list'), against: 'floor', note: 'the bare D1 query', most: 1 },
  { what: `${ROWS.create}, CPU`, of: cpu('create'), against: 'hono', most: 1 },
  { what: `${ROWS.signin}, Argon2id m=19456 t=2`, of: signInOf, against: 'hono-argon2', most: 0.25 },
  { what: ROWS.signin, of: signInOf, against: 'better-auth', most: 0.5 },
  { what: 'first 200 after start', of: firstAnswerOf, against: 'better-auth', most: 0.5 },
  { what: 'memory after load', of: memoryOf, against: 'hono', most: 1.1 },
];
const MOST_KIBIBYTES = 200;

/** Each promise that this run can judge, with the ratio and whether it is kept. */
export function promises(measured) {
  const find = (id) => measured.find((contestant) => contestant.id === id);
  const own = find('edge-auth');
  if (!own) return [];
  const judged = PROMISES.map(({ what, of, against, note, most }) => {
    const other = find(against);
    const ratio = other && pairedRatio(of(own), of(other));
    return ratio && { what, against: [other.label, note].filter(Boolean).join(', '), most, ratio, isKept: ratio.median <= most };
  });
  judged.push({ what: 'bundle, gzip, KiB', against: '', most: MOST_KIBIBYTES, ratio: summary([own.bundle]), isKept: own.bundle <= MOST_KIBIBYTES });
  return judged.filter(Boolean);
}
