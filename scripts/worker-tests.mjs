// The tests of the built Worker: which files there are, and which of them run at the same time.

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { filter } from './name-filter.mjs';
import { environment, Failure, inProject, read, run } from './shared.mjs';

/** The folders of tests/ that hold tests of the built Worker. */
const suites = ['api', 'homes', 'security', 'resilience', 'runtime', 'compat'];

/** These measure time or kill the Worker at a certain moment: one for each core, with nothing else at the same time. The longest first. */
const timed = [
  'security/email-enumeration', 'resilience/account-deletion', 'resilience/crash', 'resilience/issuer-keys-disconnect',
  'security/device-token-limits', 'security/signin-limit',
  'security/trusted-issuers-outage', 'security/trusted-issuers-rotation',
].map((name) => `tests/${name}.test.mjs`);

/** Forms, spelling, hashes and metadata ask nothing of a home; an export of 100,000 tasks takes long. */
const dependsOnHome = new RegExp(`^tests/(${[
  'api/tasks/.*', 'api/users/(?!export).*', 'api/binding/results', 'security/(revoked-sessions|sessions-max|suspension)',
  'api/auth/(account-deletion|email-change|email-verification|password-(change|reset)|refresh|refresh-grant|revoke|sessions|sign.*)',
].join('|')})\\.test\\.mjs$`);

/** Each file starts servers of its own, so that files can run at once. One more than there are cores, since a file also waits. */
const together = availableParallelism() + 1;

export const testTogether = () => runFiles(testFiles().filter((file) => !timed.includes(file)), together);

/** What depends on a user's home, once more with three databases in place of one; new users are at home in all of them. */
export function testWithThreeDatabases() {
  const files = testFiles().filter((file) => dependsOnHome.test(file) && !timed.includes(file));
  return runFiles(files, together, [], { EDGE_AUTH_TEST_HOMES: '2' });
}

export function testTimed() {
  const files = testFiles();
  const missing = timed.find((file) => !files.includes(file));
  if (missing) throw new Failure(`scripts/worker-tests.mjs names ${missing}, which does not exist`);
  return runFiles(timed, availableParallelism());
}

export function testNamed(words) {
  // A file starts its servers even if none of its tests is asked for, so only files that hold the words are worth starting.
  const files = testFiles().filter((file) => holds(read(file), words));
  if (files.length === 0) throw new Failure(`No test file holds the words "${words.join(' ')}"`);
  return runFiles(files, 1, filter(words));
}

/** Node keeps the compiled code of what many files import, such as Miniflare, where tests/support/worker.mjs keeps wrangler's. */
const runFiles = (files, concurrency, options = [], env = {}) =>
  run('node', ['--test', `--test-concurrency=${concurrency}`, ...options, ...files], {
    ...environment,
    NODE_COMPILE_CACHE: inProject('target', 'compile-cache'),
    ...env,
  });

function testFiles() {
  return suites.flatMap((suite) => {
    const names = readdirSync(inProject('tests', suite), { recursive: true }).filter((name) => name.endsWith('.test.mjs')).sort();
    if (names.length === 0) throw new Failure(`tests/${suite} holds no *.test.mjs`);
    return names.map((name) => `tests/${suite}/${name}`);
  });
}

function holds(content, words) {
  return words.join(' ').toLowerCase().split(' ').every((word) => content.toLowerCase().includes(word));
}
