// `npm run test:fuzz`: the step of `npm test` that checks the running Worker against its OpenAPI document, alone.

import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { inProject, main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

export const fuzzScript = inProject('tests', 'fuzz', 'contract.mjs');

export const fuzz = () => run('node', [fuzzScript]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(async () => {
    await setUp();
    await step('Build, if anything changed', build);
    await step('Fuzzing against the OpenAPI document', fuzz);
  });
}
