// The list of tasks in a browser, in both modes: it must not depend on where the accounts are.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';

const fixture = useBrowserFixture();

for (const mode of modes) {
  describe(`Tasks in the ${mode} mode`, () => {
    const arrive = async (options) => {
      const user = await openBrowser(fixture.browser, fixture.examples[mode].url, options);
      await user.signUp();
      return user;
    };

    test('are added, completed, reopened, edited and deleted', async () => {
      const ada = await arrive();
      await ada.addTask('Buy milk', 'Two litres');
      await ada.task('Two litres').waitFor();

      await ada.button('Mark “Buy milk” as done').click();
      await ada.button('Mark “Buy milk” as open').click();
      await ada.button('Mark “Buy milk” as done').waitFor();

      await ada.page.getByRole('link', { name: 'Edit “Buy milk”' }).click();
      await ada.heading('Edit task').waitFor();
      assert.equal(await ada.field('Description').inputValue(), 'Two litres');
      await ada.fillIn({ Title: 'Buy oat milk', Description: '' });
      await ada.field('Done').check();
      await ada.button('Save changes').click();
      await ada.button('Mark “Buy oat milk” as open').waitFor();
      assert.equal(await ada.page.getByText('Two litres').count(), 0);

      await ada.button('Delete “Buy oat milk”').click();
      await ada.page.getByText('No tasks yet').waitFor();
      await ada.leave();
    });

    test('are filtered by completed', async () => {
      const ada = await arrive();
      await ada.addTask('Still to do');
      await ada.addTask('Done already');
      await ada.button('Mark “Done already” as done').click();
      await ada.button('Mark “Done already” as open').waitFor();

      const filter = ada.page.getByRole('navigation', { name: 'Filter' });
      for (const [name, shown, hidden] of [['Open', 'Still to do', 'Done already'], ['Done', 'Done already', 'Still to do']]) {
        await filter.getByRole('link', { name, exact: true }).click();
        await ada.task(hidden).waitFor({ state: 'detached' });
        await ada.task(shown).waitFor();
        assert.equal(await filter.getByRole('link', { name }).getAttribute('aria-current'), 'page');
      }
      await filter.getByRole('link', { name: 'All' }).click();
      await ada.task('Still to do').waitFor();
      await ada.leave();
    });

    test('are shown twenty to a page, newest first', async () => {
      const ada = await arrive();
      const titles = Array.from({ length: 21 }, (_, n) => `Task number ${n + 1}.`);
      for (const title of titles) await ada.addTask(title);
      const shown = async () => (await ada.page.locator('.task-title').allTextContents());
      assert.deepEqual(await shown(), titles.slice(1).reverse());

      const pages = ada.page.getByRole('navigation', { name: 'Pages' });
      await pages.getByRole('link', { name: 'Next page' }).click();
      await ada.task('Task number 1.').waitFor();
      assert.deepEqual(await shown(), ['Task number 1.']);
      assert.equal(await pages.getByRole('link', { name: 'Next page' }).count(), 0);
      await pages.getByRole('link', { name: 'First page' }).click();
      await ada.task('Task number 21.').waitFor();
      await ada.leave();
    });

    test('are invisible to another user in another browser', async () => {
      const [ada, grace] = await Promise.all([arrive(), arrive()]);
      await ada.addTask('Of Ada');
      await grace.addTask('Of Grace');
      const path = await ada.page.getByRole('link', { name: 'Edit “Of Ada”' }).getAttribute('href');
      await Promise.all([ada.page.reload(), grace.page.reload()]);
      assert.deepEqual(await ada.page.locator('.task-title').allTextContents(), ['Of Ada']);
      assert.deepEqual(await grace.page.locator('.task-title').allTextContents(), ['Of Grace']);

      grace.expected.push(404);
      await grace.page.goto(path);
      assert.equal(await grace.page.getByText('Of Ada').count(), 0);
      assert.equal(await grace.heading('Edit task').count(), 0);
      await Promise.all([ada.leave(), grace.leave()]);
    });

    test('with an invalid field are rejected with a message, and the input is kept', async () => {
      const ada = await arrive();
      await ada.fillIn({ Title: ' ', 'Description (optional)': 'Kept' });
      await ada.button('Add task').click();
      await ada.page.getByRole('alert').getByText('One field needs your attention.').waitFor();
      assert.equal(await ada.field('Title').getAttribute('aria-invalid'), 'true');
      assert.equal(await ada.field('Description (optional)').inputValue(), 'Kept');
      assert.ok(await ada.field('Title').evaluate((field) => field === document.activeElement), 'the field has the focus');
      await ada.leave();
    });

    test('are added with the keyboard alone, starting at sign-in', async () => {
      const ada = await arrive();
      await ada.signOut();
      const { keyboard } = ada.page;
      const tabTo = async (target) => {
        for (let n = 0; n < 30 && !(await target.evaluate((element) => element === document.activeElement)); n++) await keyboard.press('Tab');
        assert.ok(await target.evaluate((element) => element === document.activeElement), 'Tab leads there');
      };
      await ada.page.goto('/sign-in');
      await tabTo(ada.field('Email'));
      await keyboard.type(ada.email);
      await tabTo(ada.field('Password'));
      await keyboard.type(ada.password);
      await keyboard.press('Enter');
      await ada.heading('Your tasks').waitFor();

      await tabTo(ada.field('Title'));
      await keyboard.type('Typed');
      await tabTo(ada.button('Add task'));
      await keyboard.press('Enter');
      await ada.task('Typed').waitFor();
      await ada.leave();
    });
  });
}
