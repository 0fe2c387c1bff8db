// The check of the supply chain: whatever set-up, tests or CI install has its hash in a lock file, and CI's actions their commit.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure, project } from '../shared.mjs';
import { projectFiles } from './links.mjs';

export function checkLocks() {
  const problems = projectFiles().flatMap((file) => {
    const check = checkOf(file);
    return check ? check(readFileSync(join(project, file), 'utf8')).map((problem) => `${file}: ${problem}`) : [];
  });
  if (problems.length > 0) throw new Failure(`What gets installed is not fixed:\n${problems.join('\n')}`);
  console.log('Every package has its hash, and every action its commit');
}

function checkOf(file) {
  if (basename(file) === 'package-lock.json') return unlockedNpmPackages;
  if (basename(file) === 'Cargo.lock') return unlockedCrates;
  if (/(?:requirements|schemathesis)\.txt$/.test(file)) return unlockedPythonPackages;
  if (/^\.github\/.*\.ya?ml$/.test(file)) return unpinnedActions;
  return undefined;
}

/** A link is a folder of the project, and a bundled package comes inside the archive of another. */
export function unlockedNpmPackages(text) {
  const packages = Object.entries(JSON.parse(text).packages).filter(([path, { link, inBundle }]) => path !== '' && !link && !inBundle);
  return packages.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
    .map(([path, { version }]) => `${path}@${version} has no SHA-512 integrity: see \`npm view NAME@${version} dist.integrity\``);
}

/** A crate without a source is one of the project. */
export function unlockedCrates(text) {
  return text.split('[[package]]').slice(1).filter((crate) => /^source = /m.test(crate) && !/^checksum = "[0-9a-f]{64}"$/m.test(crate))
    .map((crate) => `${/^name = "(.*)"$/m.exec(crate)?.[1]} has no checksum`);
}

/** One requirement may go over several lines, each ending with a backslash. */
export function unlockedPythonPackages(text) {
  const requirements = text.replaceAll('\\\n', ' ').split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  return requirements.filter((line) => !/^[\w.-]+==\S+(?: +--hash=sha256:[0-9a-f]{64})+ *$/.test(line))
    .map((line) => `${line.split(' ')[0]} is not one version with its hashes`);
}

/** An action of the project itself begins with `./`. */
export function unpinnedActions(text) {
  return [...text.matchAll(/^[ \t-]*uses:\s*(\S+)(.*)$/gm)].filter(([, action, rest]) =>
    !action.startsWith('./') && !(/@[0-9a-f]{40}$/.test(action) && /^\s+# v\d/.test(rest)))
    .map(([, action]) => `${action} is not pinned by a whole commit with its version in a comment`);
}
