// Shared by this example's scripts: its folder, its environment, and the installation of its packages. wrangler is the project's.

import { existsSync, statSync } from 'node:fs';
import { delimiter } from 'node:path';
import { cleanInstall, environment as projectEnvironment, inProject, machineEnvironment, run, step } from '../../../scripts/shared.mjs';

export const folder = inProject('examples', 'service-binding');
const here = (...names) => inProject('examples', 'service-binding', ...names);

export const environment = { ...projectEnvironment, PATH: [here('node_modules', '.bin'), projectEnvironment.PATH].join(delimiter) };

export async function installPackages() {
  const installed = here('node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(here('package-lock.json')).mtimeMs) return;
  await step('Install the packages of examples/service-binding', () => run('npm', cleanInstall, machineEnvironment, folder));
}
