// The check of the documentation: every relative link of every Markdown file leads to a file, folder or heading of the project.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ask, Failure, project } from '../shared.mjs';
import { anchorsOf, linksOf } from './markdown.mjs';

export function checkLinks() {
  const files = projectFiles();
  const { problems, count } = findBrokenLinks(project, files);
  if (problems.length > 0) throw new Failure(`Links in Markdown files lead nowhere:\n${problems.join('\n')}`);
  console.log(`${count} relative links of the Markdown files resolve`);
}

/** What git tracks, and what it would track: an ignored file is not there for other readers. */
export function projectFiles() {
  const list = ask('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z']);
  if (list === undefined) throw new Failure('git cannot list the files of the project: run this in a clone of its repository');
  return list.split('\0').filter((name) => name !== '' && existsSync(join(project, name)));
}

export function findBrokenLinks(root, files) {
  const known = new Set(files);
  for (const file of files) for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) known.add(folder);
  const read = (file) => readFileSync(join(root, file), 'utf8');
  const problems = [];
  let count = 0;
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    for (const { target, line } of linksOf(read(file))) {
      if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) continue;
      count += 1;
      const problem = problemOf(target, file, known, read);
      if (problem) problems.push(`${file}:${line}: ${target}: ${problem}`);
    }
  }
  return { problems, count };
}

/** Why a link leads nowhere, or undefined. */
function problemOf(target, file, known, read) {
  const [address, fragment] = target.split('#');
  const path = decode(address.split('?')[0]);
  // GitHub resolves a leading slash from the root of the repository.
  const found = path === '' ? file : normalize(path.startsWith('/') ? path.slice(1) : join(dirname(file), path)).replace(/\/$/, '') || '.';
  if (found !== '.' && !known.has(found)) return found.startsWith('..') ? 'outside the repository' : 'no such file or folder';
  if (fragment === undefined || fragment === '') return undefined;
  // GitHub shows the README below a folder.
  const page = [found, join(found, 'README.md')].find((name) => name.endsWith('.md') && known.has(name));
  if (page) return anchorsOf(read(page)).has(decode(fragment)) ? undefined : `no heading of ${page} has this anchor`;
  const [, last] = /^L\d+(?:-L(\d+))?$/.exec(fragment) ?? [];
  const lines = Number(last ?? /^L(\d+)$/.exec(fragment)?.[1]);
  if (Number.isNaN(lines)) return 'only Markdown files have anchors, and other files lines such as #L7';
  return lines <= read(found).split('\n').length ? undefined : 'the file has fewer lines';
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
