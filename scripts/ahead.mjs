// What a whole `npm test` installs and builds for its later steps, beside the crate's compiler: that has long phases on one core, and
// an installation mostly waits for a registry. Each of these steps is skipped where it is needed later, since it is done then.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildIfStale, installPackages as installExample } from '../examples/nextjs/scripts/setup.mjs';
import { installPackages as installServiceBinding } from '../examples/service-binding/scripts/setup.mjs';
import { installPackages as installGenerators, installPythonGenerator } from './generators.mjs';
import { installSchemathesis } from './install/python.mjs';
import { installNpmPackages as installOAuthClients, installOAuthPackages } from './oauth-clients.mjs';
import { environment, Failure, inProject, main } from './shared.mjs';

/** Starts it in a process of its own; returns a function that waits for its end and prints its output. */
export function startAhead() {
  const child = spawn('node', [inProject('scripts', 'ahead.mjs')], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise((resolve) => child.on('error', (error) => resolve(error.message)).on('close', resolve));
  // Where an earlier step fails, nothing waits for it.
  const handles = [child, child.stdout, child.stderr];
  for (const handle of handles) handle.unref();
  process.once('exit', () => child.kill());
  return async () => {
    for (const handle of handles) handle.ref();
    const code = await ended;
    console.log(output);
    if (code !== 0) throw new Failure(`\`node scripts/ahead.mjs\` ended with ${code}`);
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(async () => {
    for (const install of [installGenerators, installExample, installServiceBinding, installOAuthClients]) await install();
    await buildIfStale();
    for (const install of [installOAuthPackages, installPythonGenerator, installSchemathesis]) await install();
  });
}
