// `npm run check`: checks that the committed API types match the OpenAPI document, then type-checks the app.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, main, read, run, step } from '../../../scripts/shared.mjs';
import { environment, folder, generateTypes, installPackages } from './setup.mjs';

main(async () => {
  await installPackages();
  await step('Check that the API types match src/docs/openapi.json', checkTypes);
  await step('Type-check the app', async () => {
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
      throw new Failure('examples/nextjs/lib/api/schema.d.ts does not match src/docs/openapi.json: run `npm run generate` in examples/nextjs');
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
