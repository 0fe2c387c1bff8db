// Every page in light, in dark and on a narrow screen: accessible by axe-core's rules, without a jump while it loads and
// without a scroll to the side. A picture of each goes to target/screenshots, for people to look at.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';

const project = join(import.meta.dirname, '..', '..');
const pictures = join(project, 'target', 'screenshots');
const axe = readFileSync(join(project, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const looks = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1024, height: 900 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1024, height: 900 } } },
  { name: 'narrow', options: { colorScheme: 'light', viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true } },
  { name: 'narrow-dark', options: { colorScheme: 'dark', viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true } },
];
/** The last is the first that is seen. */
const tasks = [
  ['donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2), undefined],
  ['Read “The Art of Doing Science and Engineering” to the end, and write down what to do otherwise', undefined],
  ['Book the train to Lisbon', 'Two seats by the window\nNot before nine'],
  ['Water the plants', 'The fern wants more than the cactus.'],
  ['Call grandmother', undefined],
];

const fixture = useBrowserFixture({ modes: ['worker'] });

for (const { name, options } of looks) {
  describe(`Every page, ${name}`, () => {
    let ada;
    before(async () => {
      ada = await openBrowser(fixture.browser, fixture.examples.worker.url, { ...options, expected: [404] });
      ada.email = `ada.${name}@example.com`;
      await ada.context.addInitScript(() => {
        window.jumps = [];
        new PerformanceObserver((list) => window.jumps.push(...list.getEntries().map(({ value }) => value))).observe({ type: 'layout-shift', buffered: true });
      });
    });
    after(() => ada?.leave());

    const isGood = async (what, { isAnswer = false } = {}) => {
      await ada.page.waitForLoadState('networkidle');
      await ada.page.screenshot({ path: join(pictures, `${what}-${name}.png`), animations: 'disabled' });
      const [jumps, width, inner] = await ada.page.evaluate(() => [window.jumps, document.documentElement.scrollWidth, window.innerWidth]);
      // What a form reports needs a place, which is no jump of a page that loads.
      assert.ok(isAnswer || jumps.reduce((sum, value) => sum + value, 0) < 0.01, `${what} jumps by ${jumps}`);
      assert.ok(width <= inner, `${what} is ${width} wide on a screen of ${inner}`);
      const violations = await findViolations(ada.page);
      assert.deepEqual(violations, [], what);
    };

    test('before signing in', async () => {
      await ada.page.goto('/sign-in');
      await isGood('sign-in');
      await ada.page.goto('/sign-in?ended');
      await isGood('sign-in-ended');
      await ada.page.goto('/sign-up');
      await isGood('sign-up');
      await ada.fillIn({ Email: 'ada', Password: 'short' });
      await ada.button('Create account').click();
      await ada.page.getByRole('alert').getByText('2 fields need your attention.').waitFor();
      await isGood('sign-up-refused', { isAnswer: true });
    });

    test('after it', async () => {
      await ada.signUp();
      await isGood('tasks-none');
      for (const [title, description] of tasks) await ada.addTask(title, description);
      await ada.button('Mark “Book the train to Lisbon” as done').click();
      await ada.button('Mark “Book the train to Lisbon” as open').waitFor();
      await ada.page.goto('/tasks');
      await isGood('tasks');
      await ada.page.goto('/tasks?show=done');
      await isGood('tasks-done');
      await ada.page.getByRole('link', { name: 'Edit “Book the train to Lisbon”' }).click();
      await ada.heading('Edit task').waitFor();
      await ada.page.reload();
      await isGood('task');
      await ada.page.goto('/tasks/nowhere');
      await isGood('not-found');
    });
  });
}

/** By way of the debugger: the page's own policy would refuse a script that is no part of it. */
async function findViolations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`);
}
