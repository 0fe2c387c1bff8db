// What the commands of this example share: where they run, the packages, the types of the API, and the build.
// They lean on the project's own scripts, which need nothing but Node either.

import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanInstall, digest, inProject, machineEnvironment, read, run, step } from '../../../scripts/shared.mjs';

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
    run('npm', cleanInstall, foreign, folder));
}

/** Writes the types of the API's description to a file. */
export const generateTypes = (file) => run('openapi-typescript', [
  // A field that has a default may be left out of a body.
  inProject('src', 'docs', 'openapi.json'), '--default-non-nullable=false', '--output', file,
], environment, folder);

const sources = ['app', 'components', 'lib', 'proxy.ts', 'next.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json'];

/** One build serves both modes, and any settings. */
export async function buildIfStale() {
  const current = digest(...sources.map((name) => `examples/nextjs/${name}`));
  if (read('examples', 'nextjs', '.next', 'sources.stamp') === current) return;
  await step('Build the app, since its sources changed', () => run('next', ['build'], environment, folder));
  mkdirSync(here('.next'), { recursive: true });
  writeFileSync(here('.next', 'sources.stamp'), current);
}
