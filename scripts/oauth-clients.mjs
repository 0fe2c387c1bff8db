// The step of `npm test` that signs in with OAuth2 client libraries. Their packages are installed into tests/oauth-clients/ and
// .tools/, apart from the project's own.

import { existsSync, statSync } from 'node:fs';
import { installPythonPackages } from './install/python.mjs';
import { cleanInstall, inProject, machineEnvironment, run, step } from './shared.mjs';

const folder = inProject('tests', 'oauth-clients');

export async function testOAuthClients() {
  await installNpmPackages();
  await installOAuthPackages();
  await run('node', ['--test', 'tests/oauth-clients/oauth-clients.test.mjs']);
}

/** Returns `{ python, env }` of an interpreter that imports the Python libraries. */
export const installOAuthPackages = () => installPythonPackages('oauth-clients', 'tests/oauth-clients/requirements.txt');

export async function installNpmPackages() {
  const [installed, locked] = [['node_modules', '.package-lock.json'], ['package-lock.json']].map((names) => inProject('tests', 'oauth-clients', ...names));
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs) return;
  await step('Install the packages of tests/oauth-clients', () => run('npm', cleanInstall, machineEnvironment, folder));
}
