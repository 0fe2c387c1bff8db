// `npm run test:fuzz`: the step of `npm test` that checks the running Worker against its OpenAPI document, alone.

import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

export const fuzz = () => run('node', ['tests/fuzz/contract.mjs']);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(async () => {
    await setUp();
    await step('Build, if anything changed', build);
    await step('Fuzzing against the OpenAPI document', fuzz);
  });
}
