// Signing out while the Worker is unreachable: the user reads that the session is still active, and the app ends it later.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { anonymous } from '../support/caller.mjs';
import { lastingCookies } from '../support/browser-fixture.mjs';
import { startExample } from '../support/example.mjs';
import { startRecordingProxy } from '../support/recording-proxy.mjs';
import { openBrowser, startBrowser } from '../support/browser-user.mjs';
import { startWorker } from '../support/worker.mjs';

const cookieName = '__Host-pending-sign-out';
const notice = 'You are signed out on this device. The service could not be reached to end the session';
const started = [];
let worker;
let proxy;
let example;
let browser;
before(async () => {
  started.push(worker = await startWorker());
  started.push(proxy = await startRecordingProxy(worker));
  started.push(example = await startExample(proxy, { mode: 'worker' }));
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  for (const each of started.toReversed()) await each.stop();
});

const cookieOf = async ({ context }, name) => (await context.cookies()).find((cookie) => cookie.name === name);

/** Signs up, and signs out while the Worker is unreachable. */
async function signOutUnreachable(options) {
  const ada = await openBrowser(browser, example.url, options);
  await ada.signUp();
  const { value: refreshToken } = await cookieOf(ada, '__Host-refresh-token');
  proxy.isDown = true;
  await ada.signOut();
  await ada.page.getByRole('status').getByText(notice).waitFor();
  return { ada, refreshToken };
}

/** Loads a page once the Worker is reachable, and returns the sign-outs that the app sends to it. */
async function visitAgain(ada) {
  proxy.isDown = false;
  proxy.requests.length = 0;
  await ada.page.goto('/sign-in');
  await ada.heading('Sign in').waitFor();
  return proxy.requests.filter(({ path }) => path === '/api/auth/signout');
}

describe('Signing out while the Worker is unreachable', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`signs the browser out, says so, and ends the session at the next visit (JavaScript ${javaScriptEnabled ? 'on' : 'off'})`, async () => {
      const { ada, refreshToken } = await signOutUnreachable({ javaScriptEnabled });
      const { httpOnly, secure, sameSite, value } = await cookieOf(ada, cookieName);
      assert.deepEqual({ httpOnly, secure, sameSite, value }, { httpOnly: true, secure: true, sameSite: 'Lax', value: refreshToken });
      assert.deepEqual(await ada.cookieNames(), [...lastingCookies.worker, cookieName].sort(), 'no other cookie is left');
      await ada.page.goto('/tasks');
      await ada.heading('Sign in').waitFor();
      await ada.page.getByText(notice).waitFor();

      const [request, ...others] = await visitAgain(ada);
      assert.equal(request.headers.authorization, undefined);
      assert.deepEqual(JSON.parse(request.body), { refresh_token: refreshToken });
      assert.deepEqual(others, []);
      assert.deepEqual(await ada.cookieNames(), lastingCookies.worker);
      assert.equal(await ada.page.getByText(notice).count(), 0);
      assert.deepEqual(await visitAgain(ada), [], 'the session has ended: the app does not try again');
      await ada.leave();
    });
  }

  test('ends the session at the Worker', async () => {
    const { ada, refreshToken } = await signOutUnreachable();
    await visitAgain(ada);
    await ada.leave();
    const { status } = await anonymous(worker).post('/api/auth/refresh', { refresh_token: refreshToken });
    assert.equal(status, 401);
  });
});
