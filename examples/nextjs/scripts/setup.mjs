// Shared by this example's scripts: paths, environment, package installation, type generation and the build. Uses the
// project's scripts/shared.mjs, which depends on Node alone.

import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanInstall, digest, inProject, machineEnvironment, read, run, step } from '../../../scripts/shared.mjs';

export const folder = fileURLToPath(new URL('..', import.meta.url));
export const here = (...names) => inProject('examples', 'nextjs', ...names);

const programs = here('node_modules', '.bin');
const machinePath = machineEnvironment.PATH.split(delimiter).filter((name) => name !== programs);

/** Puts the example's programs first on PATH, among them the pinned Node. */
export const environment = {
  ...machineEnvironment,
  PATH: [programs, ...machinePath].join(delimiter),
  NEXT_TELEMETRY_DISABLED: '1',
};

export async function installPackages() {
  const installed = here('node_modules', '.package-lock.json');
  const isFresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(here('package-lock.json')).mtimeMs;
  if (isFresh && existsSync(here('node_modules', '.bin', 'next'))) return;
  // Run npm on the machine's Node: `npm ci` deletes the pinned one.
  const machine = { ...machineEnvironment, PATH: machinePath.join(delimiter) };
  await step('Install the packages of examples/nextjs', () =>
    run('npm', cleanInstall, machine, folder));
}

/** Generates the API types into a file. */
export const generateTypes = (file) => run('openapi-typescript', [
  // A request field with a default is optional.
  inProject('src', 'docs', 'openapi.json'), '--default-non-nullable=false', '--output', file,
], environment, folder);

const sources = ['app', 'components', 'lib', 'proxy.ts', 'next.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json'];

/** Builds as with `output: 'standalone'`, which `next start` ignores and OpenNext needs. */
const buildEnvironment = { ...environment, NEXT_PRIVATE_STANDALONE: 'true', NEXT_PRIVATE_OUTPUT_TRACE_ROOT: folder };

/** One build serves both authentication modes, both platforms and any settings, so only changed sources require another. */
export async function buildIfStale() {
  const current = digest(...sources.map((name) => `examples/nextjs/${name}`));
  if (read('examples', 'nextjs', '.next', 'sources.stamp') === current) return;
  await step('Build the app, since its sources changed', () => run('next', ['build'], buildEnvironment, folder));
  mkdirSync(here('.next'), { recursive: true });
  writeFileSync(here('.next', 'sources.stamp'), current);
}
