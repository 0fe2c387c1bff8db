// `npm test`: everything that must hold before a change is merged, the same here as in CI, ending at the first failure.
// `npm test -- <words>` runs only the tests of the API whose name holds these words, for a short way from edit to answer.

import { readdirSync } from 'node:fs';
import { testInBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { checkBundle } from './bundle.mjs';
import { fuzz } from './fuzz.mjs';
import { environment, Failure, inProject, main, read, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

const wasm = ['--target', 'wasm32-unknown-unknown'];
// As in the build: the bindings are generated as they are for the Worker.
const wasmEnvironment = { ...environment, WASM_BINDGEN_USE_JS_SYS: '1' };
const strictDocumentation = { ...environment, RUSTDOCFLAGS: '-D warnings' };
const cargo = (command, args, env) => run('cargo', [command, '--locked', ...args], env);

/** The folders of tests/ that hold tests of the built Worker. */
const suites = ['api', 'security', 'resilience', 'runtime', 'compat'];

function testFiles() {
  return suites.flatMap((suite) => {
    const names = readdirSync(inProject('tests', suite), { recursive: true }).filter((name) => name.endsWith('.test.mjs')).sort();
    if (names.length === 0) throw new Failure(`tests/${suite} holds no *.test.mjs`);
    return names.map((name) => `tests/${suite}/${name}`);
  });
}

function testApi(words) {
  // A file starts its servers even if none of its tests is asked for, so only files that hold the words are worth starting.
  const files = testFiles().filter((file) => holds(read(file), words));
  if (files.length === 0) throw new Failure(`No test file holds the words "${words.join(' ')}"`);
  // One file after another: each starts servers of its own, and limits of time need a machine at rest.
  return run('node', ['--test', '--test-concurrency=1', ...filter(words), ...files]);
}

function holds(content, words) {
  return words.join(' ').toLowerCase().split(' ').every((word) => content.toLowerCase().includes(word));
}

function filter(words) {
  if (words.length === 0) return [];
  const literal = words.join(' ').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const reporters = ['spec', './scripts/found.mjs'].flatMap((name) => [`--test-reporter=${name}`, '--test-reporter-destination=stdout']);
  // In a file without a test of that name node runs what comes before, yet not what comes after: its servers would run on forever.
  return [`--test-name-pattern=/${literal}/i`, '--test-force-exit', ...reporters];
}

async function testEverything() {
  await step('Formatting', () => run('cargo', ['fmt', '--check']));
  await step('Lints, on this machine', () => cargo('clippy', ['--all-targets', '--', '-D', 'warnings']));
  await step('Lints, for the edge', () => cargo('clippy', [...wasm, '--', '-D', 'warnings'], wasmEnvironment));
  await step('Unit tests', () => cargo('test', []));
  await step('Documentation', () => cargo('doc', ['--no-deps'], strictDocumentation));
  await step('Documentation, of private items too', () => cargo('doc', ['--no-deps', '--document-private-items'], strictDocumentation));
  await step('The benchmark\'s arithmetic', () => run('node', ['--test', 'tests/bench/statistics.test.mjs']));
  await step('The example\'s types', () => run('node', ['examples/nextjs/scripts/check.mjs']));
  await step('Build', build);
  await step('Bundle', checkBundle);
  await step('API', () => testApi([]));
  await step('Contract, fuzzed', fuzz);
  await step('Browser', testInBrowser);
}

main(async () => {
  const words = process.argv.slice(2);
  const begin = Date.now();
  await setUp();
  if (words.length) {
    await step('Build, if anything changed', build);
    await step(`API, the tests named "${words.join(' ')}"`, () => testApi(words));
  } else await testEverything();
  console.log(`\nAll passed in ${Math.round((Date.now() - begin) / 1000)} s`);
});
