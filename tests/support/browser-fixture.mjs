// What a browser test plays on: the real Worker, the example in front of it in both of its modes, and a browser.

import { randomBytes } from 'node:crypto';
import { startExample } from './example.mjs';
import { startBrowser } from './browser-user.mjs';
import { startWorker } from './worker.mjs';

export const modes = ['worker', 'better-auth'];

/** `{ worker, browser, examples, stop() }`, an example for each mode that is asked for; `options` are those of startWorker. */
export async function startFixture({ modes: asked = modes, vars, ...options } = {}) {
  const BETTER_AUTH_SECRET = randomBytes(32).toString('base64url');
  const worker = await startWorker({ vars: { BETTER_AUTH_SECRET, ...vars }, ...options });
  const examples = {};
  for (const mode of asked) examples[mode] = await startExample(worker, { mode, env: { BETTER_AUTH_SECRET } });
  const browser = await startBrowser();
  return {
    worker,
    examples,
    browser,
    async stop() {
      await browser.close();
      for (const example of Object.values(examples)) await example.stop();
      await worker.stop();
    },
  };
}
