// Signing up, in and out in a browser, in both modes, and the messages when it fails.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lastingCookies, modes, useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';

const fixture = useBrowserFixture();

for (const mode of modes) {
  describe(`Accounts in the ${mode} mode`, () => {
    const arrive = (options) => openBrowser(fixture.browser, fixture.examples[mode].url, options);
    const showsAlert = (user, text) => user.page.getByRole('alert').getByText(text).waitFor();

    test('sign up, sign out and sign in', async () => {
      const ada = await arrive();
      await ada.page.goto('/tasks');
      await ada.heading('Sign in').waitFor();
      await ada.page.getByRole('link', { name: 'Create an account' }).click();
      await ada.heading('Create your account').waitFor();
      await ada.fillIn({ 'Name (optional)': 'Ada Lovelace', Email: ada.email, Password: ada.password });
      await ada.button('Create account').click();
      await ada.heading('Your tasks').waitFor();
      await ada.page.getByText(ada.email).waitFor();

      await ada.signOut();
      assert.deepEqual(await ada.cookieNames(), lastingCookies[mode], 'nothing else is left in the browser');
      await ada.page.goto('/tasks');
      await ada.heading('Sign in').waitFor();
      await ada.signIn();
      await ada.heading('Your tasks').waitFor();
      await ada.leave();
    });

    test('report an address that is already registered', async () => {
      const ada = await arrive();
      await ada.signUp();
      await ada.signOut();
      await ada.page.goto('/sign-up');
      await ada.fillIn({ Email: ada.email, Password: ada.password });
      await ada.button('Create account').click();
      await showsAlert(ada, 'There is already an account with this email address.');
      assert.equal(await ada.field('Email').inputValue(), ada.email);
      await ada.leave();
    });

    test('report each invalid field', async () => {
      const ada = await arrive();
      await ada.page.goto('/sign-up');
      await ada.fillIn({ Email: 'not an address', Password: ada.password });
      await ada.button('Create account').click();
      await showsAlert(ada, 'One field needs your attention.');
      const explains = async (label) => {
        const id = (await ada.field(label).getAttribute('aria-describedby')).split(' ')[0];
        return ada.page.locator(`#${id}`).textContent();
      };
      assert.match(await explains('Email'), /email address/);
      await ada.fillIn({ Email: ada.email, Password: 'short' });
      await ada.button('Create account').click();
      await ada.page.locator('#password-error').waitFor();
      assert.match(await explains('Password'), /8 characters/);
      assert.equal(await ada.field('Password').inputValue(), '', 'a password is not filled in again');
      await ada.leave();
    });

    test('report how long to wait after five failed attempts, whatever the password', async () => {
      const ada = await arrive();
      await ada.signUp();
      await ada.signOut();
      for (let n = 0; n < 5; n++) {
        await ada.signIn({ password: `${ada.password} ${n}` });
        await showsAlert(ada, 'Email or password is wrong.');
      }
      await ada.signIn();
      await showsAlert(ada, /^Too many sign-in attempts\. Try again in 1[45] minutes\.$/);

      const grace = await arrive();
      await grace.signUp();
      await grace.signOut();
      await grace.signIn();
      await grace.heading('Your tasks').waitFor();
      await Promise.all([ada.leave(), grace.leave()]);
    });
  });
}

test('Of Better Auth\'s routes only the one with the public keys is mounted', async () => {
  const { url } = fixture.examples['better-auth'];
  const { keys } = await (await fetch(`${url}/api/auth/jwks`)).json();
  assert.deepEqual(keys.map(({ kid, x, ...key }) => key), [{ alg: 'EdDSA', crv: 'Ed25519', kty: 'OKP' }], 'one key, and no private half');
  for (const path of ['token', 'get-session', 'ok', 'sign-in/email', 'verify-email']) {
    assert.equal((await fetch(`${url}/api/auth/${path}`)).status, 404, path);
  }
  assert.equal((await fetch(`${fixture.examples.worker.url}/api/auth/jwks`)).status, 404, 'the mode worker has no keys');
});
