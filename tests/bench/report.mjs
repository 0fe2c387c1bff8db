// Turns what was measured into tables: on the screen, as Markdown, as JSON with every round, and as a chart.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from '../../scripts/shared.mjs';
import { chart } from './chart.mjs';
import { machine, versions } from './environment.mjs';
import { cpuOf, firstAnswerOf, inRounds, memoryOf, metricsOf, ofRow, promises, signInOf } from './metrics.mjs';
import { CONNECTIONS, ROWS } from './options.mjs';
import { pairedRatio, summary } from './statistics.mjs';

const BASE = 'hono';

export function report({ measured, rates, options, size }) {
  const base = measured.find(({ id }) => id === BASE);
  const judged = promises(measured);
  const about = { date: new Date().toISOString(), machine: machine(), versions: versions(), rounds: options.rounds, size };
  const sections = [
    heading(about),
    overview(measured, options.rows),
    '## What must be true\n',
    judged.length ? promiseTable(judged) : 'Nothing of it was measured in this run.\n',
    '## Each kind of request\n\nThe median of the rounds, from the least to the greatest in parentheses, and the median ratio to Hono + jose within a round.\n',
    ...options.rows.map((row) => rowSection(measured, base, row, rates[row])),
    '## Each contestant\n',
    contestantTable(measured, base),
  ];
  console.log(`\n${sections.join('\n')}`);
  write(options.out, 'comparison', {
    md: `${sections.join('\n')}\n![CPU for 1,000 requests](comparison.svg)\n`,
    json: JSON.stringify({ ...about, rates, promises: judged, contestants: measured }, null, 1),
    svg: chart(measured, options.rows.filter((row) => row !== 'signin'), cpuOf),
  });
}

/** Writes `name` with each of the endings into the folder, if there is one. */
export function write(folder, name, contents) {
  if (!folder) return console.log('\nA part of the whole only: nothing is written. `--out FOLDER` writes it there.');
  mkdirSync(inProject(folder), { recursive: true });
  for (const [ending, content] of Object.entries(contents)) writeFileSync(inProject(folder, `${name}.${ending}`), content);
  console.log(`\nWritten to ${join(folder, name)}.{${Object.keys(contents)}}`);
}

export function heading({ date, machine: { cpu, cores, memory, system }, versions: all, rounds, size }, title = 'Comparison') {
  const named = Object.entries(all).map(([name, version]) => `${name} ${version}`).join(', ');
  const data = size ? ` Each database holds ${size.users.toLocaleString('en')} users and ${size.tasks.toLocaleString('en')} tasks.` : '';
  const counted = rounds ? ` ${rounds} rounds.` : '';
  return `# ${title}\n\n${date.slice(0, 16).replace('T', ' ')} UTC; ${cpu}, ${cores} cores, ${memory} GiB, ${system}; ${named}.${counted}${data}\n`;
}

function overview(measured, rows) {
  const loads = rows.filter((row) => row !== 'signin');
  const head = ['', ...loads.map((row) => ROWS[row]), 'sign in, ms', 'first 200, ms', 'gzip, KiB', 'memory, MiB'];
  const lines = measured.map((one) => [
    one.label,
    ...loads.map((row) => CONNECTIONS.map((connections) => short(inRounds(one, ofRow(row, (cells) => cells[connections].cpu)))).join(', ').replace(/^, $/, '')),
    short(signInOf(one)), short(firstAnswerOf(one)), one.bundle === undefined ? '' : short([one.bundle]), short(memoryOf(one)),
  ]);
  return `CPU milliseconds of the server's process for 1,000 requests, at ${CONNECTIONS.join(' and ')} connections (medians):\n\n${table(head, lines)}`;
}

function promiseTable(judged) {
  return table(['', 'against', 'at most', 'measured', 'least to greatest', 'kept'], judged.map(({ what, against, most, ratio, isKept }) => [
    what, against, String(most), ratio.median.toFixed(2), ratio.count > 1 ? `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}` : '', isKept ? 'yes' : '**no**',
  ]));
}

function rowSection(measured, base, row, rate) {
  const metrics = metricsOf(row);
  const present = measured.filter((one) => one.rounds.some(({ rows }) => rows[row]));
  const lines = present.map((one) => [one.label, ...metrics.map(({ pick, show }) =>
    cell(inRounds(one, ofRow(row, pick)), base && inRounds(base, ofRow(row, pick)), show))]);
  return `### ${ROWS[row]}${rate ? `\n\nThe rate: ${rate} requests/s` : ''}\n\n${table(['', ...metrics.map(({ title }) => title)], lines)}`;
}

function contestantTable(measured, base) {
  const show = (value) => value.toFixed(value < 10 ? 1 : 0);
  return table(['', 'first 200 after start, ms', 'memory after load, MiB', 'bundle, gzip, KiB'], measured.map((one) => [
    one.label,
    cell(firstAnswerOf(one), base && firstAnswerOf(base), show),
    cell(memoryOf(one), base && memoryOf(base), show),
    one.bundle === undefined ? '' : cell([one.bundle], base && [base.bundle], show),
  ]));
}

function short(values) {
  const all = summary(values);
  return all ? all.median.toFixed(all.median < 10 ? 1 : 0) : '';
}

/** `median (least–greatest) ×ratio` */
export function cell(values, others, show) {
  const all = summary(values);
  if (!all) return '';
  const ratio = others && pairedRatio(values, others);
  const spread = all.count > 1 ? ` (${show(all.min)}–${show(all.max)})` : '';
  return `${show(all.median)}${spread}${ratio ? ` ×${ratio.median.toFixed(2)}` : ''}`;
}

/** In columns, so that it can be read on the screen as well. */
export function table(head, lines) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...lines].map((line) => line[column].length)));
  const row = (line) => `| ${line.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return `${[row(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.map(row)].join('\n')}\n`;
}
