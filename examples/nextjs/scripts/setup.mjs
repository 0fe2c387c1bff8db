// What the commands of this example share: where they run, the packages, and the types of the API.
// They lean on the project's own scripts, which need nothing but Node either.

import { existsSync, statSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inProject, machineEnvironment, run, step } from '../../../.scripts/shared.mjs';

export const folder = fileURLToPath(new URL('..', import.meta.url));
export const here = (...names) => inProject('examples', 'nextjs', ...names);

const programs = here('node_modules', '.bin');
const foreignPath = machineEnvironment.PATH.split(delimiter).filter((name) => name !== programs);

/** The example's own programs first, among them the Node that it needs. */
export const environment = {
  ...machineEnvironment,
  PATH: [programs, ...foreignPath].join(delimiter),
  NEXT_TELEMETRY_DISABLED: '1',
};

export async function installPackages() {
  const installed = here('node_modules', '.package-lock.json');
  const isFresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(here('package-lock.json')).mtimeMs;
  if (isFresh && existsSync(here('node_modules', '.bin', 'next'))) return;
  // npm must not run on the very Node that it is about to replace.
  const foreign = { ...machineEnvironment, PATH: foreignPath.join(delimiter) };
  await step('Install the packages of examples/nextjs', () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], foreign, folder));
}

/** Writes the types of the API's description to a file. */
export const generateTypes = (file) => run('openapi-typescript', [
  // A field that has a default may be left out of a body.
  inProject('src', 'docs', 'openapi.json'), '--default-non-nullable=false', '--output', file,
], environment, folder);
