// The report of growth: the cost at each size, and the ratio of the largest size to the smallest within a round.

import { ROWS } from './options.mjs';
import { cell, heading, table } from './report.mjs';
import { pairedRatio } from './statistics.mjs';

/** A page of the largest list may cost at most this many times what it costs in the smallest. */
const MAX_RATIO = 1.3;

const show = (value) => value.toFixed(value < 10 ? 1 : 0);
const cpu = (dataset, row) => dataset.rounds.map(({ rows }) => rows[row]?.cpu);
const count = (number) => number.toLocaleString('en');

export function renderGrowth(result) {
  const [allUsers, homes, oneUser] = ['all-users', 'homes', 'one-user'].map((name) => result.datasets.filter(({ table: of }) => of === name));
  return {
    md: [
      heading(result, 'Growth'),
      'CPU milliseconds of the server\'s process for 1,000 requests: the median of the rounds, from minimum to maximum in parentheses.\n',
      '## Tasks and users of all together\n',
      growthTable('tasks and users', allUsers, ['list', 'create', 'signin']),
      // Results of before have none of these.
      ...(homes.length === 0 ? [] : [
        '## Users of all in one database, tasks and sessions in three further ones\n',
        growthTable('tasks and users', homes, ['list', 'create', 'signin']),
      ]),
      '## Tasks of one user, a page in the middle\n',
      growthTable('tasks', oneUser, ['list']),
      'A page reads the rows that it shows, one for the session, and one more to see whether another page follows.\n',
    ].join('\n'),
  };
}

function growthTable(name, datasets, rows) {
  const last = datasets.at(-1);
  const head = [name, ...rows.map((row) => ROWS[row]), 'rows shown', 'rows read'];
  const lines = datasets.map((dataset) => [
    count(dataset.count), ...rows.map((row) => cell(cpu(dataset, row), undefined, show)), String(dataset.rowsShown), String(dataset.rowsRead),
  ]);
  const ratios = rows.map((row) => pairedRatio(cpu(last, row), cpu(datasets[0], row)));
  lines.push(['largest to smallest', ...ratios.map(({ median, min, max }) => `×${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`), '', '']);
  const page = ratios[rows.indexOf('list')].median;
  return `${table(head, lines)}\nA page, largest to smallest: ×${page.toFixed(2)}, at most ${MAX_RATIO}: ${page <= MAX_RATIO ? 'met' : '**not met**'}.\n`;
}
