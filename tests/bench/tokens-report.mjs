// The report of the tokens run: a table for each kind of token, with the ratio to the peer that a user would otherwise write.

import { cpuOf, inRounds, ofRow } from './metrics.mjs';
import { CONNECTIONS, TOKEN_ROWS } from './options.mjs';
import { cell, heading, table } from './report.mjs';
import { pairedRatio } from './statistics.mjs';

/** The subjects that others are divided by, one in each row. */
const BASES = ['hono-jose', 'guard-jose'];

const whole = (value) => value.toFixed(0);
const milliseconds = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const COLUMNS = [
  ...CONNECTIONS.flatMap((connections) => [
    { title: `CPU ms for 1,000, ${connections} connections`, pick: (row) => row[connections].cpu, show: whole },
    { title: `requests/s, ${connections} connections`, pick: (row) => row[connections].perSecond, show: whole },
  ]),
  { title: 'p50 ms at the rate', pick: (row) => row.atRate.p50, show: milliseconds },
  { title: 'p99 ms at the rate', pick: (row) => row.atRate.p99, show: milliseconds },
];

/** What a reader of the table must know. */
const NOTES = {
  eddsa: 'The keys are in memory, but for `jwks_uri`: hono/jwk then fetches the set for every request, here from another process of the same machine, whose CPU does not count. It imports the key for every request either way. All support EdDSA.',
  binding: 'Both Workers are in one process. HS256, and nobody asks the database (`checkSession: false`). The entrypoint that does nothing is what the call itself costs.',
  'binding-session': 'HS256 and one D1 query: that of edge-auth (`checkSession: true`), or the same query by the Worker itself, which then needs the database and the secret.',
};

export function renderTokens(result) {
  const { subjects, rates } = result;
  const measured = (row) => subjects.filter(({ rounds }) => rounds.some(({ rows }) => rows[row]));
  const rows = Object.keys(TOKEN_ROWS).filter((row) => measured(row).length > 0);
  return {
    md: [
      heading(result, 'Tokens'),
      'The median of the rounds, from minimum to maximum in parentheses. CPU is that of the server\'s process. The ratio is that of CPU within a round, at both numbers of connections.\n',
      ...rows.map((row) => section(measured(row), row, rates[row])),
    ].join('\n'),
  };
}

function section(subjects, row, rate) {
  const base = subjects.find(({ id }) => BASES.includes(id));
  const lines = subjects.map((one) => [one.label, ratio(one, base, row), ...COLUMNS.map(({ pick, show }) => cell(inRounds(one, ofRow(row, pick)), undefined, show))]);
  const note = [NOTES[row], `The rate: ${rate} requests/s.`].filter(Boolean).join(' ');
  return `## ${TOKEN_ROWS[row]}\n\n${note}\n\n${table(['', base ? `CPU ratio to ${base.label}` : '', ...COLUMNS.map(({ title }) => title)], lines)}`;
}

function ratio(subject, base, row) {
  if (!base || subject === base) return '';
  const { median, min, max } = pairedRatio(cpuOf(subject, row), cpuOf(base, row));
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}
