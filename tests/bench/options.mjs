// The options of the command line.

import { parseArgs } from 'node:util';
import { Failure } from '../../scripts/shared.mjs';

/** How many connections load a server at once. */
export const CONNECTIONS = [8, 32];

/** The kinds of run; the first is the default. */
const KINDS = ['comparison', 'growth', 'latency', 'profile', 'render', 'soak', 'tokens'];

/** The folder of the committed results. */
export const RESULTS = 'tests/bench/results';

export const ROWS = {
  hello: 'hello',
  verify: 'verify a token',
  task: '1 D1 query: one task',
  list: 'list 50 tasks',
  'list-foreign': 'list 50 tasks, a token without a session',
  create: 'create a task',
  signin: 'sign in',
};

/** The rows of the kind `tokens`. */
export const TOKEN_ROWS = {
  eddsa: 'an issuer\'s token, EdDSA',
  es256: 'an issuer\'s token, ES256',
  rs256: 'an issuer\'s token, RS256',
  binding: 'a protected route of another Worker',
  'binding-session': 'a protected route of another Worker, the session checked',
};

export function parseOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      subjects: { type: 'string' },
      rounds: { type: 'string' },
      runs: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      'no-out': { type: 'boolean', default: false },
    },
  });
  const [kind = 'comparison', ...more] = positionals;
  if (!KINDS.includes(kind) || more.length > 0) throw new Failure(`${positionals.join(' ')}: expected one of ${KINDS.join(', ')}`);
  const known = Object.keys(kind === 'tokens' ? TOKEN_ROWS : ROWS);
  const wanted = values.only?.split(',') ?? known;
  const rows = known.filter((row) => wanted.includes(row));
  const unknown = wanted.find((row) => !known.includes(row));
  if (unknown) throw new Failure(`--only names ${unknown}, which is none of ${known.join(', ')}`);
  const rounds = fromOne('--rounds', values.rounds ?? (values.quick ? '3' : '7'));
  const runs = fromOne('--runs', values.runs);
  if (runs > 1 && kind !== 'comparison') throw new Failure('--runs is for the comparison');
  const isWhole = !values.only && !values.subjects && !values.quick && !values['no-out'];
  return {
    rows,
    subjects: values.subjects?.split(','),
    rounds,
    runs,
    kind,
    isQuick: values.quick,
    milliseconds: values.quick ? 500 : 1000,
    out: values.out ?? (isWhole ? RESULTS : undefined),
  };
}

function fromOne(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Failure(`${name} is ${text}: expected a whole number from 1 on`);
  return number;
}
