// `npm run check`: type-checks this Worker and the types of edge-auth's binding.

import { main, run } from '../../../scripts/shared.mjs';
import { environment, folder, installPackages } from './setup.mjs';

main(async () => {
  await installPackages();
  await run('tsc', ['--noEmit'], environment, folder);
});
