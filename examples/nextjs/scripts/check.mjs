// `npm run check`: whether the committed types are those of the API's description, and whether the app agrees with them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, main, read, run, step } from '../../../scripts/shared.mjs';
import { environment, folder, generateTypes, installPackages } from './setup.mjs';

main(async () => {
  await installPackages();
  await step('The types of the API are fresh', checkTypes);
  await step('The app agrees with its types', async () => {
    await run('next', ['typegen'], environment, folder);
    await run('tsc', ['--noEmit'], environment, folder);
  });
});

async function checkTypes() {
  const scratch = mkdtempSync(join(tmpdir(), 'edge-auth-types-'));
  try {
    const file = join(scratch, 'schema.d.ts');
    await generateTypes(file);
    if (readFileSync(file, 'utf8') !== read('examples', 'nextjs', 'lib', 'api', 'schema.d.ts')) {
      throw new Failure('examples/nextjs/lib/api/schema.d.ts is not what src/docs/openapi.json says: run `npm run generate` in examples/nextjs');
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
