// The report of a comparison: from its result, which is the JSON file with every round, to Markdown and a chart.

import { chart } from './chart.mjs';
import { billableOf, firstResponseOf, inRounds, memoryOf, memoryWithSignInsOf, metricsOf, ofRow, signInOf } from './metrics.mjs';
import { CONNECTIONS, ROWS } from './options.mjs';
import { cell, heading, table } from './report.mjs';
import { summary } from './statistics.mjs';

/** What the ratios in the tables of each kind of request relate to. */
const BASE = 'hono';

export function renderComparison(result) {
  const { subjects, targets, rates } = result;
  const base = subjects.find(({ id }) => id === BASE);
  const rows = Object.keys(ROWS).filter((row) => subjects.some((subject) => isMeasured(subject, row)));
  const sections = [
    heading(result, 'Comparison'),
    overview(subjects, rows),
    '## Targets\n',
    targets.length ? targetTable(targets) : 'This run measured none of them.\n',
    '## Each kind of request\n\nThe median of the rounds, from minimum to maximum in parentheses, and the median ratio to Hono + jose within a round.\n',
    ...rows.map((row) => rowSection(subjects, base, row, rates[row])),
    '## Each subject\n',
    subjectTable(subjects, base),
    '![CPU of the Worker for 1,000 requests](comparison.svg)\n',
  ];
  return { md: sections.join('\n'), svg: chart(subjects, rows.filter((row) => row !== 'signin'), billableOf) };
}

const isMeasured = ({ rounds }, row) => rounds.some(({ rows }) => rows[row]);

function overview(subjects, rows) {
  const loads = rows.filter((row) => row !== 'signin');
  const cpu = (metric) => table(['', ...loads.map((row) => ROWS[row])], subjects.filter((one) => loads.some((row) => isMeasured(one, row))).map((one) => [
    one.label,
    ...loads.map((row) => CONNECTIONS.map((connections) => short(inRounds(one, ofRow(row, (cells) => cells[connections][metric])))).join(', ').replace(/^, $/, '')),
  ]));
  const head = ['', 'sign in, ms', 'first 200, ms', 'gzip, KiB', 'memory, MiB', 'with sign-ins'];
  const lines = subjects.map((one) => [
    one.label, short(signInOf(one)), short(firstResponseOf(one)), one.bundle === undefined ? '' : short([one.bundle]), short(memoryOf(one)), short(memoryWithSignInsOf(one)),
  ]);
  const at = `for 1,000 requests, at ${CONNECTIONS.join(' and ')} connections (medians)`;
  return [
    `CPU milliseconds of the Worker's process, which Cloudflare bills, ${at}:\n`, cpu('billable'),
    `The same with the process of D1 and the Durable Object; FastAPI reads its file in its own process:\n`, cpu('cpu'),
    table(head, lines),
  ].join('\n');
}

function targetTable(targets) {
  return table(['', 'against', 'at most', 'measured', 'medians of the runs', 'rounds', 'met'], targets.map(({ what, against, max, ratio, runs, isMet }) => [
    what, against, String(max), ratio.median.toFixed(2), range(runs), range(ratio), isMet ? 'yes' : '**no**',
  ]));
}

const range = (all) => (all?.count > 1 ? `${all.min.toFixed(2)}–${all.max.toFixed(2)}` : '');

function rowSection(subjects, base, row, rate) {
  const metrics = metricsOf(row);
  const lines = subjects.filter((one) => isMeasured(one, row)).map((one) => [one.label, ...metrics.map(({ pick, show }) =>
    cell(inRounds(one, ofRow(row, pick)), base && inRounds(base, ofRow(row, pick)), show))]);
  return `### ${ROWS[row]}${rate ? `\n\nThe rate: ${rate} requests/s` : ''}\n\n${table(['', ...metrics.map(({ title }) => title)], lines)}`;
}

function subjectTable(subjects, base) {
  const show = (value) => value.toFixed(value < 10 ? 1 : 0);
  return table(['', 'first 200 after start, ms', 'memory after load, MiB', 'and sign-ins', 'bundle, gzip, KiB'], subjects.map((one) => [
    one.label,
    cell(firstResponseOf(one), base && firstResponseOf(base), show),
    ...[memoryOf, memoryWithSignInsOf].map((of) => cell(of(one), base && of(base), show)),
    one.bundle === undefined ? '' : cell([one.bundle], base && [base.bundle], show),
  ]));
}

function short(values) {
  const all = summary(values);
  return all ? all.median.toFixed(all.median < 10 ? 1 : 0) : '';
}
