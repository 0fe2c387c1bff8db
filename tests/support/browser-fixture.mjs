// What a browser test needs: the built Worker, the example in front of it in both of its modes, and a browser.

import { freePort, startExample, trustExample } from './example.mjs';
import { startBrowser } from './browser-user.mjs';
import { useWorker } from './use-worker.mjs';

export const modes = ['worker', 'better-auth'];
/** The cookies that outlive a session, by mode. */
export const lastingCookies = { worker: ['__Host-device-token'], 'better-auth': [] };

/**
 * `{ worker, examples, browser }`, with an example for each mode in `modes`; the other options are those of startWorker. The links in
 * the Worker's emails lead to the example of the mode `worker`.
 */
export function useBrowserFixture({ modes: wanted = modes, vars, ...options } = {}) {
  const fixture = { examples: {} };
  const ports = {};
  const workerOptions = async () => {
    // The Worker and the example each need the other's address, so this one is chosen beforehand.
    for (const mode of wanted) ports[mode] = await freePort();
    const email = { EMAIL_FROM: 'Edge Tasks <accounts@example.com>', APP_URL: `http://localhost:${ports.worker}` };
    const port = ports['better-auth'];
    return { vars: { ...(ports.worker && email), ...(port && trustExample(port)), ...vars }, ...options };
  };
  fixture.worker = useWorker(workerOptions, async () => {
    for (const mode of wanted) fixture.examples[mode] = await startExample(fixture.worker, { mode, port: ports[mode] });
    fixture.browser = await startBrowser();
  });
  fixture.worker.onStop(async () => {
    await fixture.browser?.close();
    for (const example of Object.values(fixture.examples)) await example.stop();
  });
  return fixture;
}
