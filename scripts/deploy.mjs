// `npm run deploy`: migrates the database, then deploys the code that relies on it. Options are those of `wrangler deploy`; the ones
// that choose an environment or a configuration reach both steps. With `-- --dry-run` nothing leaves this machine.

import { main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';
import { checkTakenByNpm, choiceOf, deployOptions, readOptions, uploadsNothing } from './wrangler-options.mjs';

main(async () => {
  const args = process.argv.slice(2);
  checkTakenByNpm(['dry-run']);
  const options = readOptions(args, deployOptions);
  await setUp();
  if (!uploadsNothing(options)) {
    await step('Apply the migrations to the deployed database', () =>
      run('wrangler', ['d1', 'migrations', 'apply', 'DB', '--remote', ...choiceOf(options)]));
  }
  await step('Deploy the Worker', () => run('wrangler', ['deploy', ...args]));
});
