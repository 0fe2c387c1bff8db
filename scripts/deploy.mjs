// `npm run deploy`: migrates the database first, then uploads the code that relies on it. `-- --dry-run` uploads nothing.

import { main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

main(async () => {
  const options = process.argv.slice(2);
  await setUp();
  if (!options.includes('--dry-run')) {
    await step('Apply the migrations to the deployed database', () => run('wrangler', ['d1', 'migrations', 'apply', 'DB', '--remote']));
  }
  await step('Deploy the Worker', () => run('wrangler', ['deploy', ...options]));
});
