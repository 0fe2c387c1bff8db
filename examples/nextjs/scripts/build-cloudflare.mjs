// `npm run build:cloudflare`: builds the app for Cloudflare Workers into .open-next, from the same Next.js build that
// `npm start` serves.

import { main, run, step } from '../../../scripts/shared.mjs';
import { buildIfStale, environment, folder, installPackages } from './setup.mjs';

main(async () => {
  await installPackages();
  await buildIfStale();
  await step('Build the app for Cloudflare with OpenNext', () =>
    run('opennextjs-cloudflare', ['build', '--skipNextBuild'], environment, folder));
});
