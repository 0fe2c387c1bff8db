// The Worker's page at /docs: it renders under its strict policy without requests to other hosts, signs in, and executes a request.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, startBrowser } from '../support/browser-user.mjs';
import { signUp } from '../support/caller.mjs';
import { useWorker } from '../support/use-worker.mjs';

let browser;
const worker = useWorker({}, async () => {
  browser = await startBrowser();
});
worker.onStop(() => browser?.close());

test('the docs page loads under its policy, signs in by the password flow and executes a request', async () => {
  const user = await signUp(worker);
  await user.post('/api/tasks', { title: 'Seen on the docs page' });
  const browserUser = await openBrowser(browser, worker.url);
  const { page } = browserUser;
  await page.goto('/docs');
  await page.getByRole('heading', { level: 1 }).or(page.locator('h2.title')).first().waitFor();

  await page.locator('button.authorize').first().click();
  const dialog = page.locator('.modal-ux');
  await dialog.getByLabel('username').fill(user.email);
  await dialog.getByLabel('password', { exact: false }).last().fill(user.password);
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  const operation = page.locator('#operations-Tasks-listTasks');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  const live = operation.locator('.live-responses-table');
  await live.getByText('Seen on the docs page').waitFor();
  assert.equal((await live.locator('.response-col_status').last().textContent()).trim().slice(0, 3), '200');

  // The second visit finds the page in the browser's cache, with its policy.
  await page.goto('/docs');
  await operation.waitFor();
  // This page shows tokens on purpose.
  await browserUser.leave({ mayShowTokens: true });
});
