// Runs a script beside the steps of a run, where those leave a core idle.

import { spawn } from 'node:child_process';
import { environment, Failure, project } from './shared.mjs';

/** Starts the script in a process of its own; returns a function that waits for its end and prints its output. */
export function startInBackground(script) {
  const child = spawn('node', [script], { cwd: project, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
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
    if (code !== 0) throw new Failure(`\`node ${script}\` ended with ${code}`);
  };
}
