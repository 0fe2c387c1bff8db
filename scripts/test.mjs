// `npm test`: everything that must hold before a change is merged, the same here as in CI, ending at the first failure.
// `npm test -- <words>` runs only the tests of the built Worker whose name contains these words, for quick results while editing.
// `npm test -- --only lint,unit` runs only these groups of steps, as the jobs of CI do.

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { debugBundle } from '../tests/support/debug-bundle.mjs';
import { startInBackground } from './background.mjs';
import { testInBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { checkBundle } from './bundle.mjs';
import { checkLayers } from './checks/layers.mjs';
import { checkLinks } from './checks/links.mjs';
import { checkLocks } from './checks/locks.mjs';
import { fuzz, fuzzScript } from './fuzz.mjs';
import { lintOpenApi, testGeneratedClients } from './generators.mjs';
import { testOAuthClients } from './oauth-clients.mjs';
import { testServiceBinding } from './service-binding.mjs';
import { setUp } from './setup.mjs';
import { environment, Failure, inProject, main, run } from './shared.mjs';
import { runTimed } from './timing.mjs';
import { testNamed, testTimed, testTogether, testWithThreeDatabases } from './worker-tests.mjs';

const wasm = ['--target', 'wasm32-unknown-unknown'];
// As in the build: the bindings are generated as they are for the Worker.
const wasmEnvironment = { ...environment, WASM_BINDGEN_USE_JS_SYS: '1' };
const strictDocumentation = { ...environment, RUSTDOCFLAGS: '-D warnings' };
const cargo = (command, args, env) => run('cargo', [command, '--locked', ...args], env);

/** Each waits for what a whole run does in the background: installations beside the compilers, and the fuzzing beside clients. */
let endOfAhead;
let endOfFuzzing;

/** Each step once, in the order of a whole run: what is quick or finds most comes first. */
const STEPS = [
  { group: 'lint', name: 'Layers of src', work: checkLayers },
  { group: 'lint', name: 'Links in Markdown files', work: checkLinks },
  { group: 'lint', name: 'Lock files and pinned actions', work: checkLocks },
  { group: 'lint', name: 'Formatting', work: () => run('cargo', ['fmt', '--check']) },
  { group: 'lint', name: 'Lints, for this machine', work: () => cargo('clippy', ['--all-targets', '--', '-D', 'warnings']) },
  { group: 'lint', name: 'Lints, for the edge', work: () => cargo('clippy', [...wasm, '--', '-D', 'warnings'], wasmEnvironment) },
  { group: 'lint', name: 'Documentation', work: () => cargo('doc', ['--no-deps'], strictDocumentation) },
  { group: 'lint', name: 'Documentation of private items', work: () => cargo('doc', ['--no-deps', '--document-private-items'], strictDocumentation) },
  { group: 'unit', name: 'Unit tests of the crate', work: () => cargo('test', []) },
  { group: 'unit', name: 'Unit tests of the scripts and the benchmark', work: testScripts },
  { group: ['api', 'fuzz', 'browser'], name: 'Build', work: build },
  { group: 'api', name: 'Bundle', work: checkBundle },
  { group: 'api', name: 'Build with debug assertions', work: debugBundle },
  { group: 'whole', name: 'End of what began ahead', work: () => endOfAhead() },
  { group: 'lint', name: 'Lints of the OpenAPI document', work: lintOpenApi },
  { group: 'lint', name: 'Types of the example', work: () => run('node', ['examples/nextjs/scripts/check.mjs']) },
  { group: 'lint', name: 'Types of the service binding', work: () => run('node', ['examples/service-binding/scripts/check.mjs']) },
  { group: 'api', name: 'Tests of the built Worker', work: testTogether },
  { group: 'api', name: 'Tests with three databases', work: testWithThreeDatabases },
  { group: 'api', name: 'Tests of the built Worker that measure time', work: testTimed },
  { group: 'whole', name: 'Start of the fuzzing', work: () => void (endOfFuzzing = startInBackground(fuzzScript)) },
  { group: 'api', name: 'OAuth2 clients', work: testOAuthClients },
  { group: 'api', name: 'Service binding\'s example', work: testServiceBinding },
  { group: 'api', name: 'Generated clients', work: testGeneratedClients },
  { group: 'fuzz', name: 'Fuzzing against the OpenAPI document', work: () => endOfFuzzing?.() ?? fuzz() },
  { group: 'browser', name: 'Browser', work: testInBrowser },
];
const GROUPS = [...new Set(STEPS.flatMap(({ group }) => group))].filter((group) => group !== 'whole');

function testScripts() {
  const folders = ['scripts', 'scripts/checks', 'scripts/users', 'tests/bench'];
  const files = folders.flatMap((folder) => readdirSync(inProject(folder)).filter((name) => name.endsWith('.test.mjs')).map((name) => `${folder}/${name}`));
  return run('node', ['--test', `--test-concurrency=${availableParallelism()}`, ...files]);
}

/** The steps that the arguments ask for. */
function stepsOf(args) {
  const setUpFirst = { name: 'Set-up', work: setUp };
  const setUpAndBegin = async () => {
    await setUp();
    endOfAhead = startInBackground(inProject('scripts', 'ahead.mjs'));
  };
  if (args.length === 0) return [{ ...setUpFirst, work: setUpAndBegin }, ...STEPS];
  if (args[0] !== '--only') {
    return [
      setUpFirst,
      { name: 'Build, if anything changed', work: build },
      { name: `Tests named "${args.join(' ')}"`, work: () => testNamed(args) },
    ];
  }
  const groups = (args[1] ?? '').split(',');
  const unknown = groups.find((name) => !GROUPS.includes(name));
  if (unknown !== undefined || args.length > 2) throw new Failure(`--only expects groups of steps, separated by commas: ${GROUPS.join(', ')}`);
  return [setUpFirst, ...STEPS.filter(({ group }) => [group].flat().some((name) => groups.includes(name)))];
}

main(async () => {
  await runTimed(stepsOf(process.argv.slice(2)));
  console.log('\nAll passed');
});
