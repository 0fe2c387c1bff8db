// The links in emails, from the request to the last page: a forgotten password, the verification and the change of an address. Opening
// a link changes nothing, and its token is in no page, in no URL that stays and in no log.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lastingCookies, useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';
import { randomEmail } from '../support/caller.mjs';
import { linkTo, messagesTo } from '../support/mailbox.mjs';

const newPassword = 'Another horse 8 battery';
const used = 'This link has expired, or it has been used. Ask for a new one.';
const showsAlert = (user, text) => user.page.getByRole('alert').getByText(text).waitFor();
const showsStatus = (user, text) => user.page.getByRole('status').getByText(text).waitFor();

async function forgetPassword(user) {
  await user.page.goto('/sign-in');
  await user.page.getByRole('link', { name: 'Forgot your password?' }).click();
  await user.heading('Forgot your password?').waitFor();
  await user.fillIn({ Email: user.email });
  await user.button('Send the link').click();
  await user.heading('Check your email').waitFor();
}

/** Opens a link, as a scanner of emails has done before. */
async function follow(user, link) {
  const referers = [];
  user.context.on('request', (request) => referers.push(request.headers().referer ?? ''));
  for (const method of ['GET', 'HEAD']) assert.equal((await fetch(link, { method })).status, 200);
  await user.page.goto(link);
  const { origin, pathname, searchParams } = new URL(link);
  assert.equal(user.page.url(), origin + pathname);
  const token = searchParams.get('token');
  assert.ok(!(await user.page.content()).includes(token), 'the page holds the token');
  return () => assert.ok(!referers.some((referer) => referer.includes(token)), 'a Referer header holds the token');
}

describe('A link in an email', () => {
  const fixture = useBrowserFixture({ modes: ['worker'] });
  const open = (options) => openBrowser(fixture.browser, fixture.examples.worker.url, options);

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';

    test(`resets a forgotten password once, ${how} JavaScript`, async () => {
      const ada = await open({ javaScriptEnabled });
      await ada.signUp();
      await ada.signOut();
      await forgetPassword(ada);
      const link = await linkTo('/reset-password', fixture.worker, ada.email);
      const hidesToken = await follow(ada, link);
      await ada.fillIn({ 'New password': 'short' });
      await ada.button('Save the password').click();
      await showsAlert(ada, 'One field needs your attention.');
      await ada.fillIn({ 'New password': newPassword });
      await ada.button('Save the password').click();
      await showsStatus(ada, 'Your password is changed. Sign in with the new one.');
      assert.deepEqual(await ada.cookieNames(), lastingCookies.worker, 'the token is not kept');
      hidesToken();

      await ada.signIn();
      await showsAlert(ada, 'Email or password is wrong.');
      await ada.signIn({ password: newPassword });
      await ada.heading('Your tasks').waitFor();
      await ada.page.goto(link);
      await ada.fillIn({ 'New password': `${newPassword}!` });
      await ada.button('Save the password').click();
      await showsAlert(ada, used);
      await ada.leave();
    });

    test(`verifies an address, ${how} JavaScript`, async () => {
      const ada = await open({ javaScriptEnabled });
      await ada.signUp();
      await ada.page.goto('/account/email');
      await ada.page.getByText('Not verified').waitFor();
      await ada.button('Send me a link to verify it').click();
      await showsStatus(ada, 'An email is on its way. Open the link in it.');
      const hidesToken = await follow(ada, await linkTo('/verify-email', fixture.worker, ada.email));
      const second = await ada.context.newPage();
      await second.goto('/account/email');
      await second.getByText('Not verified').waitFor();

      await ada.button('Verify my address').click();
      await showsStatus(ada, 'Your email address is verified.');
      await ada.page.goto('/account/email');
      await ada.page.getByText('Verified', { exact: true }).waitFor();
      assert.equal(await ada.button('Send me a link to verify it').count(), 0);
      hidesToken();
      await ada.leave();
    });

    test(`changes an address, ${how} JavaScript`, async () => {
      const [ada, address] = [await open({ javaScriptEnabled }), randomEmail()];
      await ada.signUp();
      await ada.page.goto('/account/email');
      await ada.fillIn({ 'New email address': address, 'Current password': `${ada.password}!` });
      await ada.button('Change the address').click();
      await showsAlert(ada, 'This is not your current password.');
      assert.equal(await ada.field('New email address').inputValue(), address);
      await ada.fillIn({ 'Current password': ada.password });
      await ada.button('Change the address').click();
      await showsStatus(ada, `An email is on its way to ${address}.`);

      const link = await linkTo('/confirm-email', fixture.worker, address);
      const hidesToken = await follow(ada, link);
      await ada.page.getByRole('link', { name: `Your account: ${ada.email}` }).waitFor();
      await ada.button('Change my address').click();
      await showsStatus(ada, 'Your email address is changed. Sign in with it from now on.');
      await ada.page.getByRole('link', { name: `Your account: ${address}` }).waitFor();
      hidesToken();
      await ada.signOut();
      await ada.signIn();
      await showsAlert(ada, 'Email or password is wrong.');
      await ada.signIn({ email: address });
      await ada.heading('Your tasks').waitFor();
      await ada.page.goto(link);
      await ada.button('Change my address').click();
      await showsAlert(ada, used);
      await ada.leave();
    });
  }

  test('is sent to no address without an account, and the page is the same', async () => {
    const nobody = await open();
    await forgetPassword(nobody);
    await nobody.page.getByText('If that address has an account, an email is on its way.').waitFor();
    const ada = await open();
    await ada.signUp();
    await ada.signOut();
    await forgetPassword(ada);
    await linkTo('/reset-password', fixture.worker, ada.email);
    assert.deepEqual(await messagesTo(fixture.worker, nobody.email), []);
    await Promise.all([nobody.leave(), ada.leave()]);
  });

  test('that was opened too long ago is to be opened again', async () => {
    const ada = await open();
    for (const [path, title] of [['/reset-password', 'Set a new password'], ['/verify-email', 'Verify your email address'], ['/confirm-email', 'Change your email address']]) {
      await ada.page.goto(path);
      await ada.heading(title).waitFor();
      await ada.page.getByText('Open the link in the email again.').waitFor();
      assert.equal(await ada.page.getByRole('main').getByRole('button').count(), 0);
    }
    await ada.leave();
  });

  test('leaves its token in no log of the example', () => {
    assert.doesNotMatch(fixture.examples.worker.log(), /token/i);
  });
});

describe('Where an address must be verified first', () => {
  const fixture = useBrowserFixture({ modes: ['worker'], vars: { EMAIL_VERIFICATION: 'required' } });

  async function signUp({ email } = {}) {
    const user = await openBrowser(fixture.browser, fixture.examples.worker.url);
    if (email) user.email = email;
    await user.page.goto('/sign-up');
    await user.fillIn({ Email: user.email, Password: user.password });
    await user.button('Create account').click();
    await user.heading('Check your email').waitFor();
    assert.deepEqual(await user.context.cookies(), []);
    return user;
  }

  test('a sign-up is finished by the link, and a sign-in before sends another', async () => {
    const ada = await signUp();
    await linkTo('/verify-email', fixture.worker, ada.email);
    await ada.signIn();
    await showsAlert(ada, 'Your email address is not verified yet. We have sent you a new link: please check your email.');
    await ada.page.goto(await linkTo('/verify-email', fixture.worker, ada.email, 2));
    await ada.button('Verify my address').click();
    await showsStatus(ada, 'Your email address is verified.');
    await ada.signIn();
    await ada.heading('Your tasks').waitFor();
    await ada.leave();
  });

  test('an address that was signed up twice gets its password by the link', async () => {
    const stranger = await signUp();
    const ada = await signUp({ email: stranger.email });
    await ada.page.goto(await linkTo('/verify-email', fixture.worker, ada.email, 2));
    await ada.button('Verify my address').click();
    await ada.heading('Set a new password').waitFor();
    await showsStatus(ada, 'Your email address is verified. It was signed up more than once, so choose your password now.');
    await ada.fillIn({ 'New password': newPassword });
    await ada.button('Save the password').click();
    await showsStatus(ada, 'Your password is changed. Sign in with the new one.');
    await stranger.signIn();
    await showsAlert(stranger, 'Email or password is wrong.');
    await ada.signIn({ password: newPassword });
    await ada.heading('Your tasks').waitFor();
    await Promise.all([stranger.leave(), ada.leave()]);
  });

  test('a sign-up with the address of an account looks like any other', async () => {
    const ada = await signUp();
    await ada.page.goto(await linkTo('/verify-email', fixture.worker, ada.email));
    await ada.button('Verify my address').click();
    await showsStatus(ada, 'Your email address is verified.');
    await (await signUp({ email: ada.email })).leave();
    await ada.leave();
  });
});
