// Without JavaScript, or before it has loaded, every form works as it does with it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';

const fixture = useBrowserFixture();

describe('Without JavaScript', () => {
  for (const mode of modes) {
    test(`every form works in the ${mode} mode`, async () => {
      const ada = await openBrowser(fixture.browser, fixture.examples[mode].url, { javaScriptEnabled: false });
      await ada.page.goto('/sign-up');
      await ada.fillIn({ Email: ada.email, Password: 'short' });
      await ada.button('Create account').click();
      await ada.page.getByRole('alert').getByText('One field needs your attention.').waitFor();
      assert.equal(await ada.field('Email').inputValue(), ada.email);

      await ada.signUp();
      await ada.addTask('Plain', 'By a form');
      await ada.page.reload();
      assert.equal(await ada.task('Plain').count(), 1, 'reloading the page adds nothing');
      await ada.button('Mark “Plain” as done').click();
      await ada.button('Mark “Plain” as open').waitFor();

      await ada.page.getByRole('link', { name: 'Edit “Plain”' }).click();
      await ada.heading('Edit task').waitFor();
      await ada.fillIn({ Title: ' ' });
      await ada.button('Save changes').click();
      await ada.page.getByRole('alert').getByText('One field needs your attention.').waitFor();
      await ada.fillIn({ Title: 'Plainer' });
      await ada.field('Done').uncheck();
      await ada.button('Save changes').click();
      await ada.button('Mark “Plainer” as done').waitFor();

      await ada.button('Delete “Plainer”').click();
      await ada.page.getByText('No tasks yet').waitFor();
      await ada.signOut();
      await ada.signIn({ password: `${ada.password}!` });
      await ada.page.getByRole('alert').getByText('Email or password is wrong.').waitFor();
      await ada.signIn();
      await ada.heading('Your tasks').waitFor();
      await ada.leave();
    });
  }
});
