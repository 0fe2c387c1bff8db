// `npm run deploy`: migrates the databases, then deploys the code that relies on it. Options are those of `wrangler deploy`; the ones
// that choose an environment or a configuration reach both steps. With `-- --dry-run` nothing leaves this machine.

import { boundDatabases, nounOf } from './databases.mjs';
import { prepareSpellings, reportClashes } from './respell.mjs';
import { main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';
import { checkTakenByNpm, choiceOf, deployOptions, readOptions, uploadsNothing } from './wrangler-options.mjs';

main(async () => {
  const args = process.argv.slice(2);
  checkTakenByNpm(['dry-run']);
  const options = readOptions(args, deployOptions);
  await setUp();
  // Also of a rehearsal: the bindings are wrong before anything is uploaded.
  const databases = await boundDatabases(options);
  if (!uploadsNothing(options)) {
    const place = ['--remote', ...choiceOf(options)];
    await step(`Apply the migrations to the deployed ${nounOf(databases)}`, async () => {
      prepareSpellings(place);
      for (const binding of databases) await run('wrangler', ['d1', 'migrations', 'apply', binding, ...place]);
      reportClashes(place);
    });
  }
  await step('Deploy the Worker', () => run('wrangler', ['deploy', ...args]));
});
