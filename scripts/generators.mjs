// The steps of `npm test` for users of the OpenAPI document: linters check it, and generated clients are compiled and called.
// Their packages are installed into tests/generators/, apart from the project's own.

import { existsSync, statSync } from 'node:fs';
import { delimiter } from 'node:path';
import { installProgram } from './install/python.mjs';
import { cleanInstall, environment, inProject, machineEnvironment, run, step } from './shared.mjs';

const folder = inProject('tests', 'generators');
const programs = inProject('tests', 'generators', 'node_modules', '.bin');
const document = inProject('src', 'docs', 'openapi.json');

/** Redocly otherwise sends usage data and looks for a newer version of itself. */
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
export const generatorEnvironment = { ...environment, ...quiet, PATH: [programs, environment.PATH].join(delimiter) };

export async function lintOpenApi() {
  await installPackages();
  await run('redocly', ['lint', '--config', 'redocly.yaml', '--format', 'stylish', document], generatorEnvironment, folder);
  await run('spectral', ['lint', '--ruleset', 'spectral.yaml', '--fail-severity', 'hint', document], generatorEnvironment, folder);
}

export async function testGeneratedClients() {
  await installPackages();
  await installPythonGenerator();
  await run('node', ['--test', 'tests/generators/generated-clients.test.mjs']);
}

export const installPythonGenerator = () => installProgram('openapi-python-client', 'tests/generators/requirements.txt');

export async function installPackages() {
  const [installed, locked] = [['node_modules', '.package-lock.json'], ['package-lock.json']].map((names) => inProject('tests', 'generators', ...names));
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs) return;
  await step('Install the packages of tests/generators', () => run('npm', cleanInstall, machineEnvironment, folder));
}
