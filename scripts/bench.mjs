// `npm run bench`: how fast this Worker is beside its peers, and how its cost grows. What the peers need is installed into
// tests/bench/ and .tools/, apart from what the project itself needs.

import { existsSync, statSync } from 'node:fs';
import { build } from './build.mjs';
import { environment, inProject, machineEnvironment, main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

const folder = inProject('tests', 'bench');

async function installPeers() {
  const installed = inProject('tests', 'bench', 'node_modules', '.package-lock.json');
  const locked = inProject('tests', 'bench', 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs) return;
  await step('Install the peers', () =>
    run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'], machineEnvironment));
}

main(async () => {
  await setUp();
  await installPeers();
  await step('Build the Worker, if anything changed', build);
  // SQLite is an experiment only by its name.
  await run('node', ['--disable-warning=ExperimentalWarning', inProject('tests', 'bench', 'bench.mjs'), ...process.argv.slice(2)], environment);
});
