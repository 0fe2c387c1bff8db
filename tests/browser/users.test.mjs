// The administrators' page: the list of users, the search, suspension and the end of sessions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';
import { signUp } from '../support/caller.mjs';
import { useDatabase } from '../support/use-worker.mjs';

const fixture = useBrowserFixture({ modes: ['worker'] });
const database = useDatabase(fixture.worker);

const open = (options) => openBrowser(fixture.browser, fixture.examples.worker.url, options);
const items = ({ page }) => page.getByRole('region', { name: 'Users' }).getByRole('listitem');

/** An administrator who has signed in since. */
async function administrator(options) {
  const ada = await open(options);
  await ada.signUp();
  await database.prepare("UPDATE users SET role = 'admin' WHERE email = ?1").bind(ada.email).run();
  await ada.signOut();
  await ada.signIn();
  await ada.heading('Your tasks').waitFor();
  return ada;
}

/** Finds the user by the search, and presses the button of this name. */
async function manage(admin, name, { email }) {
  await admin.page.goto('/admin');
  await admin.fillIn({ 'Email address': email });
  await admin.button('Search').click();
  await admin.button(`${name} ${email}`).click();
}

async function isSignedOut({ page }) {
  await page.goto('/tasks');
  await page.getByRole('status').getByText('Your session has ended. Please sign in again.').waitFor();
}

test('A user who is no administrator sees no users', async () => {
  const grace = await open();
  await grace.signUp();
  await grace.page.goto('/account');
  await grace.heading('Your profile').waitFor();
  assert.equal(await grace.page.getByRole('link', { name: 'All users' }).count(), 0);
  await grace.page.goto('/admin');
  await grace.page.getByRole('alert').getByText('Only administrators can do this.').waitFor();
  assert.equal(await items(grace).count(), 0);
  await grace.leave();
});

test('An administrator sees all users, page by page, and finds one by the address', async () => {
  const ada = await administrator();
  const others = await Promise.all(Array.from({ length: 21 }, () => signUp(fixture.worker)));
  await ada.page.goto('/account');
  await ada.page.getByRole('link', { name: 'All users' }).click();
  await ada.heading('All users').waitFor();
  assert.equal(await items(ada).count(), 20);
  await items(ada).filter({ hasText: ada.email }).getByText('You', { exact: true }).waitFor();
  assert.equal(await items(ada).filter({ hasText: ada.email }).getByRole('button').count(), 0);

  const pages = ada.page.getByRole('navigation', { name: 'Pages' });
  await pages.getByRole('link', { name: 'Next page' }).click();
  await ada.page.getByText(others.at(-1).email).or(pages.getByRole('link', { name: 'First page' })).first().waitFor();
  assert.ok((await items(ada).count()) >= 2);
  await pages.getByRole('link', { name: 'First page' }).click();
  await items(ada).nth(19).waitFor();

  await ada.fillIn({ 'Email address': others[7].email.toUpperCase() });
  await ada.button('Search').click();
  await pages.getByRole('link', { name: 'All users' }).waitFor();
  assert.equal(await items(ada).count(), 1);
  await items(ada).getByText(others[7].email).waitFor();
  await ada.fillIn({ 'Email address': 'nobody@example.com' });
  await ada.button('Search').click();
  await ada.page.getByText('There is no user with this address.').waitFor();
  await ada.leave();
});

test('An administrator suspends users and ends their sessions', async () => {
  const ada = await administrator();
  const grace = await open();
  await grace.signUp();
  await manage(ada, 'End sessions of', grace);
  await ada.page.getByRole('status').getByText('Signed out on every device.').waitFor();
  await isSignedOut(grace);
  await grace.signIn();
  await grace.heading('Your tasks').waitFor();

  await manage(ada, 'Suspend', grace);
  await items(ada).getByText('Suspended', { exact: true }).waitFor();
  await isSignedOut(grace);
  await grace.signIn();
  await grace.page.getByRole('alert').getByText('This account is suspended. Ask the people who run this service.').waitFor();
  await grace.signIn({ password: `${grace.password}!` });
  await grace.page.getByRole('alert').getByText('Email or password is wrong.').waitFor();

  await manage(ada, 'Lift suspension of', grace);
  await items(ada).getByText('Suspended', { exact: true }).waitFor({ state: 'detached' });
  await grace.signIn();
  await grace.heading('Your tasks').waitFor();
  await Promise.all([ada.leave(), grace.leave()]);
});

test('An administrator does the same without JavaScript', async () => {
  const ada = await administrator({ javaScriptEnabled: false });
  const grace = await open();
  await grace.signUp();
  await manage(ada, 'Suspend', grace);
  await ada.page.getByRole('status').getByText('Suspended, and signed out on every device.').waitFor();
  await isSignedOut(grace);
  await manage(ada, 'Lift suspension of', grace);
  await ada.page.getByRole('status').getByText('May sign in again.').waitFor();
  await Promise.all([ada.leave(), grace.leave()]);
});
