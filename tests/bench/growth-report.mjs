// The tables of growth: the cost at each size, and the largest size's as a ratio to the smallest's within a round.

import { machine, versions } from './environment.mjs';
import { ROWS } from './options.mjs';
import { cell, heading, table, write } from './report.mjs';
import { pairedRatio } from './statistics.mjs';

/** A page costs at most this much more in the largest than in the smallest. */
const MOST = 1.3;

const show = (value) => value.toFixed(value < 10 ? 1 : 0);
const cpu = (stage, row) => stage.rounds.map(({ rows }) => rows[row]?.cpu);
const count = (number) => number.toLocaleString('en');

export function growthReport(stages, options) {
  const about = { date: new Date().toISOString(), machine: machine(), versions: versions(), rounds: options.rounds };
  const [whole, own] = ['whole', 'own'].map((name) => stages.filter((stage) => stage.table === name));
  const text = [
    heading(about, 'Growth'),
    'CPU milliseconds of the server\'s process for 1,000 requests: the median of the rounds, from the least to the greatest in parentheses.\n',
    '## Tasks and users of all together\n',
    growthTable('tasks and users', whole, ['list', 'create', 'signin']),
    '## Tasks of one user, a page in the middle\n',
    growthTable('tasks', own, ['list']),
    'A page reads the rows that it shows, one for the session, and one more to see whether another page follows.\n',
  ].join('\n');
  console.log(`\n${text}`);
  write(options.out, 'growth', { md: text, json: JSON.stringify({ ...about, stages }, null, 1) });
}

function growthTable(name, stages, rows) {
  const last = stages.at(-1);
  const head = [name, ...rows.map((row) => ROWS[row]), 'rows shown', 'rows read'];
  const lines = stages.map((stage) => [
    count(stage.count), ...rows.map((row) => cell(cpu(stage, row), undefined, show)), String(stage.rowsShown), String(stage.rowsRead),
  ]);
  const ratios = rows.map((row) => pairedRatio(cpu(last, row), cpu(stages[0], row)));
  lines.push(['largest to smallest', ...ratios.map(({ median, min, max }) => `×${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`), '', '']);
  const page = ratios[rows.indexOf('list')].median;
  return `${table(head, lines)}\nA page, largest to smallest: ×${page.toFixed(2)}, at most ${MOST}: ${page <= MOST ? 'kept' : '**not kept**'}.\n`;
}
