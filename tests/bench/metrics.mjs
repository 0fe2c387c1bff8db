// What is read out of the rounds: each metric by its name and how it is shown, and the ratios that this project aims at.

import { CONNECTIONS, ROWS } from './options.mjs';
import { pairedRatio, summary } from './statistics.mjs';

const number = (digits) => (value) => value.toFixed(value < 10 ** digits ? digits : 0);
const milliseconds = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

const loaded = CONNECTIONS.flatMap((connections) => [
  { title: `CPU ms of the Worker for 1,000, ${connections} connections`, pick: (row) => row[connections]?.billable, show: number(0) },
  { title: 'and of D1', pick: (row) => row[connections]?.cpu, show: number(0) },
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
const loadedOf = (subject, row, metric) => subject.rounds.flatMap(({ rows }) => CONNECTIONS.map((connections) => rows[row]?.[connections]?.[metric]));
/** CPU time of the Worker's process and its storage's. */
export const cpuOf = (subject, row) => loadedOf(subject, row, 'cpu');
/** CPU time of the Worker's process alone, which Cloudflare bills. */
export const billableOf = (subject, row) => loadedOf(subject, row, 'billable');

export const memoryOf = (subject) => inRounds(subject, ({ memory }) => memory?.load);
export const memoryWithSignInsOf = (subject) => inRounds(subject, ({ memory }) => memory?.signin);
export const firstResponseOf = (subject) => inRounds(subject, ({ firstResponse }) => firstResponse);
export const signInOf = (subject) => inRounds(subject, ofRow('signin', (row) => row.alone.p50));

const billable = (row) => (subject) => billableOf(subject, row);
const TARGETS = [
  { what: `${ROWS.verify}, CPU of the Worker`, of: billable('verify'), against: 'hono', max: 0.8 },
  { what: `${ROWS.list}, session check included, CPU of the Worker`, of: billable('list'), against: 'hono', note: 'without a session check', max: 0.75 },
  { what: `${ROWS.create}, CPU of the Worker`, of: billable('create'), against: 'hono', max: 0.9 },
  { what: `${ROWS.signin}, Argon2id m=19456 t=2`, of: signInOf, against: 'hono-argon2', max: 0.25 },
  { what: ROWS.signin, of: signInOf, against: 'better-auth', max: 0.5 },
  { what: 'first 200 after start', of: firstResponseOf, against: 'baseline', max: 1.15 },
  { what: 'first 200 after start', of: firstResponseOf, against: 'better-auth', max: 0.5 },
  { what: 'memory after load', of: memoryOf, against: 'hono', max: 1 },
  { what: 'memory after load and sign-ins', of: memoryWithSignInsOf, against: 'hono', max: 1 },
];
const MAX_KIBIBYTES = 260;

/** Each target that was measured, with the ratio, its median in each run, and whether every run meets it. */
export function evaluateTargets(measured) {
  const find = (id) => measured.find((subject) => subject.id === id);
  const own = find('edge-auth');
  if (!own) return [];
  const evaluated = TARGETS.map(({ what, of, against, note, max }) => {
    const other = find(against);
    const ratio = other && pairedRatio(of(own), of(other));
    if (!ratio) return undefined;
    const runs = summary(runsOf(own).map((run) => pairedRatio(of(inRun(own, run)), of(inRun(other, run)))?.median));
    return { what, against: [other.label, note].filter(Boolean).join(', '), max, ratio, runs, isMet: runs.max <= max };
  });
  evaluated.push({ what: 'bundle, gzip, KiB', against: '', max: MAX_KIBIBYTES, ratio: summary([own.bundle]), isMet: own.bundle <= MAX_KIBIBYTES });
  return evaluated.filter(Boolean);
}

const runsOf = ({ rounds }) => [...new Set(rounds.map(({ run }) => run))];
const inRun = (subject, run) => ({ ...subject, rounds: subject.rounds.filter((round) => round.run === run) });
