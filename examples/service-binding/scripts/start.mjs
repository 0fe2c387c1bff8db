// `npm start`: from a fresh clone to both Workers in one `wrangler dev`, this one on http://localhost:8786 and edge-auth behind it, on
// the local database of `npm start` in the repository's root. Options are those of `wrangler dev`, such as `-- --port 8788`.

import { build } from '../../../scripts/build.mjs';
import { inProject, main, run, step } from '../../../scripts/shared.mjs';
import { setUp } from '../../../scripts/setup.mjs';
import { checkTakenByNpm, readOptions } from '../../../scripts/wrangler-options.mjs';
import { startEchoOrigin } from './echo-origin.mjs';
import { environment, installPackages } from './setup.mjs';

main(async () => {
  const args = process.argv.slice(2);
  checkTakenByNpm(['ip', 'port', 'persist-to']);
  const options = readOptions(args);
  await setUp(options);
  await installPackages();
  await step('Build edge-auth, if anything changed', build);
  if (!options.some(({ name }) => name === 'var')) await startEchoOrigin(8789);
  const isElsewhere = options.some(({ name }) => name === 'persist-to');
  await run('wrangler', [
    'dev', '--config', inProject('examples', 'service-binding', 'wrangler.jsonc'), '--config', inProject('wrangler.toml'),
    ...(isElsewhere ? [] : ['--persist-to', inProject('.wrangler', 'state')]), ...args,
  ], environment);
});
