// What is read out of the rounds: each metric by its name and how it is shown, and the ratios that this project aims at.

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
export const inRounds = (subject, pick) => subject.rounds.map((round) => pick(round));

/** Both numbers of connections, one after the other: each is paired with the same of another subject. */
export function cpuOf(subject, row) {
  return subject.rounds.flatMap(({ rows }) => CONNECTIONS.map((connections) => rows[row]?.[connections]?.cpu));
}

export const memoryOf = (subject) => inRounds(subject, ({ memory }) => memory);
export const firstResponseOf = (subject) => inRounds(subject, ({ firstResponse }) => firstResponse);
export const signInOf = (subject) => inRounds(subject, ofRow('signin', (row) => row.alone.p50));

const cpu = (row) => (subject) => cpuOf(subject, row);
const TARGETS = [
  { what: `${ROWS.verify}, CPU`, of: cpu('verify'), against: 'hono', max: 0.85 },
  { what: `${ROWS.list}, session check included, CPU`, of: cpu('list'), against: 'hono', note: 'without a session check', max: 0.85 },
  { what: `${ROWS.list}, session check included, CPU`, of: cpu('list'), against: 'baseline', note: 'the bare D1 query', max: 1 },
  { what: `${ROWS.create}, CPU`, of: cpu('create'), against: 'hono', max: 1 },
  { what: `${ROWS.signin}, Argon2id m=19456 t=2`, of: signInOf, against: 'hono-argon2', max: 0.25 },
  { what: ROWS.signin, of: signInOf, against: 'better-auth', max: 0.5 },
  { what: 'first 200 after start', of: firstResponseOf, against: 'better-auth', max: 0.5 },
  { what: 'memory after load', of: memoryOf, against: 'hono', max: 1.1 },
];
const MAX_KIBIBYTES = 260;

/** Each target that this run measured, with the ratio and whether it is met. */
export function evaluateTargets(measured) {
  const find = (id) => measured.find((subject) => subject.id === id);
  const own = find('edge-auth');
  if (!own) return [];
  const evaluated = TARGETS.map(({ what, of, against, note, max }) => {
    const other = find(against);
    const ratio = other && pairedRatio(of(own), of(other));
    return ratio && { what, against: [other.label, note].filter(Boolean).join(', '), max, ratio, isMet: ratio.median <= max };
  });
  evaluated.push({ what: 'bundle, gzip, KiB', against: '', max: MAX_KIBIBYTES, ratio: summary([own.bundle]), isMet: own.bundle <= MAX_KIBIBYTES });
  return evaluated.filter(Boolean);
}
