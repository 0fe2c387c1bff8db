// What the reports share: the heading, the form of a table and of a cell, and the files that they are written to.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { project } from '../../scripts/shared.mjs';
import { pairedRatio, summary } from './statistics.mjs';

/**
 * Prints the Markdown, and writes `name` with each ending into the folder, if there is one. A relative folder is one of the
 * project, wherever the command was called from.
 */
export function publish(folder, name, contents) {
  console.log(`\n${contents.md}`);
  if (!folder) return console.log('A partial run: nothing is written. `--out FOLDER` writes it there.');
  const target = resolve(project, folder);
  mkdirSync(target, { recursive: true });
  for (const [ending, content] of Object.entries(contents)) writeFileSync(join(target, `${name}.${ending}`), content);
  const isInProject = !relative(project, target).startsWith('..');
  console.log(`Written to ${join(isInProject ? relative(project, target) : target, name)}.{${Object.keys(contents)}}`);
}

export const toJson = (result) => `${JSON.stringify(result, null, 1)}\n`;

export function heading({ date, machine: { cpu, cores, memory, system }, versions: all, rounds, runs = 1, size }, title) {
  const named = Object.entries(all).map(([name, version]) => `${name} ${version}`).join(', ');
  const data = size ? ` Each database holds ${size.users.toLocaleString('en')} users and ${size.tasks.toLocaleString('en')} tasks.` : '';
  const counted = rounds ? ` ${runs > 1 ? `${runs} whole runs of ` : ''}${rounds} rounds.` : '';
  return `# ${title}\n\n${date.slice(0, 16).replace('T', ' ')} UTC; ${cpu}, ${cores} cores, ${memory} GiB, ${system}; ${named}.${counted}${data}\n`;
}

/** `median (min–max) ×ratio` */
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
