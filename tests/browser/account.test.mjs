// The account's pages: name, password, devices, download and deletion.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';

const fixture = useBrowserFixture();
const newPassword = 'Another horse 8 battery';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1';
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0';

const open = (options) => openBrowser(fixture.browser, fixture.examples.worker.url, options);

async function arrive(options) {
  const user = await open(options);
  await user.signUp();
  return user;
}

/** The same user in another browser. */
async function onAnotherDevice({ email, password }, options) {
  const other = await open(options);
  Object.assign(other, { email, password });
  await other.signIn();
  await other.heading('Your tasks').waitFor();
  return other;
}

const showsAlert = (user, text) => user.page.getByRole('alert').getByText(text).waitFor();
const showsStatus = (user, text) => user.page.getByRole('status').getByText(text).waitFor();

async function saveName(user, name) {
  await user.fillIn({ 'Name (optional)': name });
  await user.button('Save the name').click();
  await showsStatus(user, 'Your name is saved.');
}

async function changePassword(user) {
  await user.fillIn({ 'Current password': user.password, 'New password': newPassword });
  await user.button('Change the password').click();
  await showsStatus(user, 'Your password is changed. All other devices are signed out.');
}

async function deleteAccount(user, password) {
  await user.fillIn({ 'Current password': password });
  await user.button('Delete my account for good').click();
  await showsStatus(user, 'Your account is deleted, with all of its tasks.');
}

const signOutPhone = ({ page }) => page.getByRole('button', { name: /^Sign out Safari on iPhone, last used / }).click();

async function isSignedOut(user) {
  await user.page.goto('/tasks');
  await showsStatus(user, 'Your session has ended. Please sign in again.');
}

describe('The account', () => {
  test('has a name that can be changed and cleared', async () => {
    const ada = await arrive();
    await ada.page.getByRole('link', { name: `Your account: ${ada.email}` }).click();
    await ada.heading('Your profile').waitFor();
    await ada.fillIn({ 'Name (optional)': 'x'.repeat(101) });
    await ada.button('Save the name').click();
    await showsAlert(ada, 'One field needs your attention.');
    for (const name of ['Ada Lovelace', '']) {
      await saveName(ada, name);
      await ada.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'status');
      await ada.page.reload();
      assert.equal(await ada.field('Name (optional)').inputValue(), name);
    }
    await ada.leave();
  });

  test('has a password whose change signs out all other devices', async () => {
    const ada = await arrive();
    const phone = await onAnotherDevice(ada);
    await ada.page.goto('/account/password');
    await ada.fillIn({ 'Current password': `${ada.password}!`, 'New password': newPassword });
    await ada.button('Change the password').click();
    await showsAlert(ada, 'This is not your current password.');
    assert.equal(await ada.field('Current password').getAttribute('aria-invalid'), 'true');
    for (const label of ['Current password', 'New password']) assert.equal(await ada.field(label).inputValue(), '', 'a password is not filled in again');

    await changePassword(ada);
    await ada.page.goto('/tasks');
    await ada.heading('Your tasks').waitFor();
    await isSignedOut(phone);
    await phone.signIn();
    await showsAlert(phone, 'Email or password is wrong.');
    await phone.signIn({ password: newPassword });
    await phone.heading('Your tasks').waitFor();
    await Promise.all([ada.leave(), phone.leave()]);
  });

  test('lists its devices, and signs out one or all others', async () => {
    const laptop = await arrive({ userAgent: firefox });
    const phone = await onAnotherDevice(laptop, { userAgent: iphone });
    const tablet = await onAnotherDevice(laptop, { userAgent: firefox });
    await laptop.page.goto('/account/sessions');
    const devices = laptop.page.getByRole('region', { name: 'Devices' }).getByRole('listitem');
    assert.equal(await devices.count(), 3);
    await devices.last().getByText('Firefox on Windows').waitFor();
    await devices.last().getByText('This device').waitFor();
    assert.equal(await devices.last().getByRole('button').count(), 0);

    await signOutPhone(laptop);
    await devices.getByText('Safari on iPhone').waitFor({ state: 'detached' });
    assert.equal(await devices.count(), 2);
    await isSignedOut(phone);
    await tablet.page.goto('/tasks');
    await tablet.heading('Your tasks').waitFor();

    await laptop.button('Sign out all other devices').click();
    await laptop.button('Sign out all other devices').waitFor({ state: 'detached' });
    assert.equal(await devices.count(), 1);
    await isSignedOut(tablet);
    await laptop.page.goto('/tasks');
    await laptop.heading('Your tasks').waitFor();
    for (const user of [laptop, phone, tablet]) await user.leave();
  });

  test('can be downloaded, and deleted with the password', async () => {
    const ada = await arrive();
    await ada.addTask('Kept in a file');
    await ada.page.goto('/account/data');
    const download = ada.page.waitForEvent('download');
    await ada.page.getByRole('link', { name: 'Download my data' }).click();
    assert.equal((await download).suggestedFilename(), 'my-data.json');
    const { user, sessions, tasks } = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
    assert.deepEqual([user.email, sessions.length, tasks.map(({ title }) => title)], [ada.email, 1, ['Kept in a file']]);

    await ada.fillIn({ 'Current password': `${ada.password}!` });
    await ada.button('Delete my account for good').click();
    await showsAlert(ada, 'This is not your current password.');
    await deleteAccount(ada, ada.password);
    assert.deepEqual(await ada.context.cookies(), []);
    await ada.signIn();
    await showsAlert(ada, 'Email or password is wrong.');
    await ada.leave();
  });

  test('works without JavaScript', async () => {
    const ada = await arrive({ javaScriptEnabled: false });
    await ada.page.goto('/account');
    await saveName(ada, 'Ada Lovelace');
    const phone = await onAnotherDevice(ada, { userAgent: iphone });
    await ada.page.goto('/account/sessions');
    await signOutPhone(ada);
    await ada.page.getByText('Safari on iPhone').waitFor({ state: 'detached' });
    await isSignedOut(phone);
    await ada.page.goto('/account/password');
    await changePassword(ada);
    await ada.page.goto('/account/data');
    await deleteAccount(ada, newPassword);
    await Promise.all([ada.leave(), phone.leave()]);
  });
});

test('Where Better Auth has the accounts, there are no such pages', async () => {
  const ada = await openBrowser(fixture.browser, fixture.examples['better-auth'].url, { expected: [404] });
  await ada.page.goto('/sign-in');
  assert.equal(await ada.page.getByRole('link', { name: 'Forgot your password?' }).count(), 0);
  await ada.signUp();
  assert.equal(await ada.page.getByRole('link', { name: /^Your account/ }).count(), 0);
  const pages = ['', '/email', '/password', '/sessions', '/data', '/export'].map((name) => `/account${name}`);
  for (const path of [...pages, '/admin', '/forgot-password', '/reset-password', '/verify-email', '/confirm-email']) {
    await ada.page.goto(`${path}?token=of-no-use`);
    await ada.heading('Page not found').waitFor();
  }
  await ada.leave();
});
