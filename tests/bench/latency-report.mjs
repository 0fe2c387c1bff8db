// The report of the latency run: milliseconds for each kind of request, and the ratios that this project aims at.

import { ROWS } from './options.mjs';
import { cell, heading, table } from './report.mjs';
import { pairedRatio } from './statistics.mjs';

const LABELS = { list: ROWS.list, create: ROWS.create, refresh: 'refresh', signin: ROWS.signin, query: 'the query' };
const TARGETS = [
  { row: 'list', against: 'better-auth', what: `${ROWS.list}, session check included`, max: 0.55 },
  { row: 'signin', against: 'better-auth', what: ROWS.signin, max: 0.6 },
  { row: 'refresh', against: 'one-query', of: 'query', what: 'refresh', max: 1.1 },
];
const show = (value) => value.toFixed(1);

export function renderLatency(result) {
  const find = (id) => result.subjects.find((subject) => subject.id === id);
  const times = ({ rounds }, row) => rounds.map((round) => round[row]);
  const base = find('hono');
  const targets = TARGETS.map(({ row, against, of = row, what, max }) => {
    const { median, min, max: most } = pairedRatio(times(find('edge-auth'), row), times(find(against), of));
    return [what, find(against).label, String(max), median.toFixed(2), `${min.toFixed(2)}–${most.toFixed(2)}`, median <= max ? 'yes' : '**no**'];
  });
  const rows = Object.keys(LABELS);
  return {
    md: [
      heading(result, 'Latency'),
      'Milliseconds of one request at a time, 25 of which pass before each call of D1 or of a Durable Object: the median of the rounds, from minimum to maximum in parentheses, and the median ratio to Hono + jose within a round.\n',
      table(['', ...rows.map((row) => LABELS[row])], result.subjects.map((subject) => (
        [subject.label, ...rows.map((row) => cell(times(subject, row), base && times(base, row), show))]))),
      '## Targets\n',
      table(['', 'against', 'at most', 'measured', 'min–max', 'met'], targets),
    ].join('\n'),
  };
}
