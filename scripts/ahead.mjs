// What a whole `npm test` installs and builds for its later steps, beside the crate's compiler: that has long phases on one core, and
// an installation mostly waits for a registry. Each of these steps is skipped where it is needed later, since it is done then.

import { buildIfStale, installPackages as installExample } from '../examples/nextjs/scripts/setup.mjs';
import { installPackages as installServiceBinding } from '../examples/service-binding/scripts/setup.mjs';
import { installPackages as installGenerators, installPythonGenerator } from './generators.mjs';
import { installSchemathesis } from './install/python.mjs';
import { installNpmPackages as installOAuthClients, installOAuthPackages } from './oauth-clients.mjs';
import { main } from './shared.mjs';

main(async () => {
  for (const install of [installGenerators, installExample, installServiceBinding, installOAuthClients]) await install();
  await buildIfStale();
  for (const install of [installOAuthPackages, installPythonGenerator, installSchemathesis]) await install();
});
