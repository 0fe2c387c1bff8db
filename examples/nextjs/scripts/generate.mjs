// `npm run generate`: generates the API types from the OpenAPI document.

import { main, step } from '../../../scripts/shared.mjs';
import { generateTypes, here, installPackages } from './setup.mjs';

main(async () => {
  await installPackages();
  await step('Generate lib/api/schema.d.ts', () => generateTypes(here('lib', 'api', 'schema.d.ts')));
});
