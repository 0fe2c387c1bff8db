// The device token in the browser: strangers who use up an account's sign-in attempts do not lock out a browser that knows it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';
import { guess } from '../support/device-tokens.mjs';

const fixture = useBrowserFixture({ modes: ['worker'] });
const cookieName = '__Host-device-token';
const YEAR = 365 * 86_400;

const open = (options) => openBrowser(fixture.browser, fixture.examples.worker.url, options);
const deviceCookie = async ({ context }) => (await context.cookies()).find(({ name }) => name === cookieName);

async function arrive(options) {
  const user = await open(options);
  await user.signUp();
  return user;
}

async function isOfferedReset(user) {
  await user.page.getByRole('alert').getByText(/^Too many sign-in attempts\. Try again in 15 minutes\.$/).waitFor();
  await user.page.getByRole('link', { name: 'choose a new password by email' }).click();
  await user.heading('Forgot your password?').waitFor();
}

for (const javaScriptEnabled of [true, false]) {
  describe(`With${javaScriptEnabled ? '' : 'out'} JavaScript`, () => {
    test('a known browser signs in while strangers have used up the attempts; a new one is offered a reset by email', async () => {
      const ada = await arrive({ javaScriptEnabled });
      await ada.signOut();
      const { value, httpOnly, secure, sameSite, expires } = await deviceCookie(ada);
      assert.deepEqual({ httpOnly, secure, sameSite }, { httpOnly: true, secure: true, sameSite: 'Lax' });
      assert.ok(Math.abs(expires - Date.now() / 1000 - YEAR) < 120, 'kept for a year');
      assert.deepEqual(await guess(fixture.worker, ada, 6), [401, 401, 401, 401, 401, 429]);

      await ada.signIn();
      await ada.heading('Your tasks').waitFor();
      assert.notEqual((await deviceCookie(ada)).value, undefined);
      assert.ok(value, 'outlived the sign-out');
      await ada.leave();

      const phone = await open({ javaScriptEnabled });
      await phone.signIn(ada);
      await isOfferedReset(phone);
      await phone.leave();
    });
  });
}

test('A browser that was told to forget the device is a new one', async () => {
  const ada = await arrive();
  await ada.page.goto('/account/sessions');
  await ada.button('Forget this device').click();
  await ada.page.getByRole('status').getByText('This device is forgotten. You are signed in until you sign out.').waitFor();
  assert.equal(await deviceCookie(ada), undefined);
  assert.equal(await ada.button('Forget this device').count(), 0);
  assert.deepEqual(await guess(fixture.worker, ada, 6), [401, 401, 401, 401, 401, 429]);
  await ada.signOut();
  await ada.signIn();
  await isOfferedReset(ada);
  await ada.leave();
});
