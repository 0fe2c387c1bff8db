// `npm start`: from a fresh clone to a Worker on http://localhost:8787, with a real D1 and a real Durable Object behind it.

import { build } from './build.mjs';
import { main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

main(async () => {
  await setUp();
  // wrangler would build as well, but without showing the compiler's progress.
  await step('Build the Worker, if anything changed', build);
  await run('wrangler', ['dev', ...process.argv.slice(2)]);
});
