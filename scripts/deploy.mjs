// `npm run deploy`: migrates the database, then deploys the code that relies on it. Options are those of `wrangler deploy`; the ones
// that choose an environment or a configuration reach both steps. With `-- --dry-run` nothing leaves this machine.

import { prepareSpellings, reportClashes } from './respell.mjs';
import { main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';
import { checkTakenByNpm, choiceOf, deployOptions, readOptions, uploadsNothing } from './wrangler-options.mjs';

main(async () => {
  const args = process.argv.slice(2);
  checkTakenByNpm(['dry-run']);
  const options = readOptions(args, deployOptions);
  await setUp();
  if (!uploadsNothing(options)) {
    const database = ['--remote', ...choiceOf(options)];
    await step('Apply the migrations to the deployed database', async () => {
      prepareSpellings(database);
      await run('wrangler', ['d1', 'migrations', 'apply', 'DB', ...database]);
      reportClashes(database);
    });
  }
  await step('Deploy the Worker', () => run('wrangler', ['deploy', ...args]));
});
