// Every page in light, dark and narrow layouts: accessible by axe-core's rules, without layout shifts while it loads and without
// horizontal scrolling. A screenshot of each is stored in target/screenshots for review.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';
import { useDatabase } from '../support/use-worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const pictures = join(project, 'target', 'screenshots');
const axe = readFileSync(join(project, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
/** `isWhole`: shows the account's pages too. Two layouts are enough for those, which are made of the same parts. */
const looks = [
  { name: 'light', isWhole: true, options: { colorScheme: 'light', viewport: { width: 1024, height: 900 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1024, height: 900 } } },
  { name: 'narrow', options: { colorScheme: 'light', viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true } },
  { name: 'narrow-dark', isWhole: true, options: { colorScheme: 'dark', viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true } },
];
/** Listed newest first, so the last one is at the top. */
const tasks = [
  ['donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2), undefined],
  ['Read “The Art of Doing Science and Engineering” to the end, and write down what to do otherwise', undefined],
  ['Book the train to Lisbon', 'Two seats by the window\nNot before nine'],
  ['Water the plants', 'The fern wants more than the cactus.'],
  ['Call grandmother', undefined],
];

/** What each page is called, and its path. The first ones need no session. */
const linkPages = {
  'sign-up-sent': '/sign-up?sent',
  'forgot-password': '/forgot-password',
  'forgot-password-sent': '/forgot-password?sent',
  'reset-password-closed': '/reset-password',
  'reset-password': '/reset-password?token=of-no-use',
  'verify-email': '/verify-email?token=of-no-use',
  'verify-email-done': '/verify-email?done',
  'confirm-email': '/confirm-email?token=of-no-use',
};
const accountPages = {
  account: '/account',
  'account-email': '/account/email',
  'account-password': '/account/password?done',
  'account-sessions': '/account/sessions',
  'account-data': '/account/data',
  admin: '/admin',
};

const fixture = useBrowserFixture({ modes: ['worker'] });
const database = useDatabase(fixture.worker);

for (const { name, isWhole, options } of looks) {
  describe(`Every page in the layout ${name}`, () => {
    let ada;
    before(async () => {
      ada = await openBrowser(fixture.browser, fixture.examples.worker.url, { ...options, expected: [404] });
      ada.email = `ada.${name}@example.com`;
      await ada.context.addInitScript(() => {
        window.shifts = [];
        new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: 'layout-shift', buffered: true });
      });
    });
    after(() => ada?.leave());

    const assertPage = async (what, { isFormResponse = false } = {}) => {
      await ada.page.waitForLoadState('networkidle');
      await ada.page.screenshot({ path: join(pictures, `${what}-${name}.png`), animations: 'disabled' });
      const [shifts, width, inner] = await ada.page.evaluate(() => [window.shifts, document.documentElement.scrollWidth, window.innerWidth]);
      // The message of a form moves what is below it, which is no shift while loading.
      assert.ok(isFormResponse || shifts.reduce((sum, value) => sum + value, 0) < 0.01, `${what} shifts by ${shifts}`);
      assert.ok(width <= inner, `${what} is ${width} wide on a screen of ${inner}`);
      const violations = await findViolations(ada.page);
      assert.deepEqual(violations, [], what);
    };

    test('is accessible and stable before sign-in', async () => {
      await ada.page.goto('/sign-in');
      await assertPage('sign-in');
      await ada.page.goto('/sign-in?ended');
      await assertPage('sign-in-ended');
      await ada.page.goto('/sign-up');
      await assertPage('sign-up');
      await ada.fillIn({ Email: 'ada', Password: 'short' });
      await ada.button('Create account').click();
      await ada.page.getByRole('alert').getByText('2 fields need your attention.').waitFor();
      await assertPage('sign-up-rejected', { isFormResponse: true });
    });

    test('is accessible and stable after sign-in', async () => {
      await ada.signUp();
      await assertPage('tasks-none');
      for (const [title, description] of tasks) await ada.addTask(title, description);
      await ada.button('Mark “Book the train to Lisbon” as done').click();
      await ada.button('Mark “Book the train to Lisbon” as open').waitFor();
      await ada.page.goto('/tasks');
      await assertPage('tasks');
      await ada.page.goto('/tasks?show=done');
      await assertPage('tasks-done');
      await ada.page.getByRole('link', { name: 'Edit “Book the train to Lisbon”' }).click();
      await ada.heading('Edit task').waitFor();
      await ada.page.reload();
      await assertPage('task');
      await ada.page.goto('/tasks/nowhere');
      await assertPage('not-found');
    });

    if (!isWhole) return;

    test('is accessible and stable in the account', async () => {
      await database.prepare("UPDATE users SET role = 'admin' WHERE email = ?1").bind(ada.email).run();
      await ada.signOut();
      await ada.signIn();
      await ada.heading('Your tasks').waitFor();
      for (const [what, path] of Object.entries(accountPages)) {
        await ada.page.goto(path);
        await assertPage(what);
      }
      await ada.page.goto('/account/email');
      await ada.fillIn({ 'New email address': 'ada', 'Current password': ada.password });
      await ada.button('Change the address').click();
      await ada.page.getByRole('alert').getByText('One field needs your attention.').waitFor();
      await assertPage('account-email-rejected', { isFormResponse: true });
    });

    test('is accessible and stable where an email leads', async () => {
      await ada.signOut();
      for (const [what, path] of Object.entries(linkPages)) {
        await ada.page.goto(path);
        await assertPage(what);
      }
    });
  });
}

/** Evaluated through the debugger, since the page's policy blocks foreign scripts. */
async function findViolations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`);
}
