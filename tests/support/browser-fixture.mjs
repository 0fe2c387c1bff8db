// What a browser test needs: the built Worker, the example in front of it in both of its modes, and a browser.

import { randomBytes } from 'node:crypto';
import { startExample } from './example.mjs';
import { startBrowser } from './browser-user.mjs';
import { useWorker } from './use-worker.mjs';

export const modes = ['worker', 'better-auth'];

/** `{ worker, examples, browser }`, with an example for each mode in `modes`; the other options are those of startWorker. */
export function useBrowserFixture({ modes: wanted = modes, vars, ...options } = {}) {
  const BETTER_AUTH_SECRET = randomBytes(32).toString('base64url');
  const fixture = { examples: {} };
  fixture.worker = useWorker({ vars: { BETTER_AUTH_SECRET, ...vars }, ...options }, async () => {
    for (const mode of wanted) fixture.examples[mode] = await startExample(fixture.worker, { mode, env: { BETTER_AUTH_SECRET } });
    fixture.browser = await startBrowser();
  });
  fixture.worker.onStop(async () => {
    await fixture.browser?.close();
    for (const example of Object.values(fixture.examples)) await example.stop();
  });
  return fixture;
}
