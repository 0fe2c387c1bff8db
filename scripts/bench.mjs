// `npm run bench`: how fast this Worker is compared with its peers, and how its cost grows. The peers' packages are installed
// into tests/bench/ and .tools/, apart from the project's own.

import { existsSync, statSync } from 'node:fs';
import { build } from './build.mjs';
import { cleanInstall, environment, inProject, machineEnvironment, main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

const folder = inProject('tests', 'bench');

async function installPeers() {
  const installed = inProject('tests', 'bench', 'node_modules', '.package-lock.json');
  const locked = inProject('tests', 'bench', 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs) return;
  await step('Install the peers', () =>
    run('npm', [...cleanInstall, '--prefix', folder], machineEnvironment));
}

main(async () => {
  await setUp();
  await installPeers();
  await step('Build the Worker, if anything changed', build);
  // node:sqlite still prints this warning, though its API is stable enough for a benchmark.
  await run('node', ['--disable-warning=ExperimentalWarning', inProject('tests', 'bench', 'bench.mjs'), ...process.argv.slice(2)], environment);
});
