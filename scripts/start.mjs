// `npm start`: from a fresh clone to a Worker on http://localhost:8787, with a real D1 and a real Durable Object behind it. Options
// are those of `wrangler dev`, such as `-- --port 8788`.

import { build } from './build.mjs';
import { main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';
import { checkTakenByNpm, readOptions } from './wrangler-options.mjs';

main(async () => {
  const args = process.argv.slice(2);
  checkTakenByNpm(['ip', 'port', 'persist-to']);
  await setUp(readOptions(args));
  // wrangler would build as well, but without showing the compiler's progress.
  await step('Build the Worker, if anything changed', build);
  await run('wrangler', ['dev', ...args]);
});
