// A session across the browser, the example's server and the Worker: scripts cannot read its tokens, concurrent requests refresh
// them once, and its end is reported.

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { lastingCookies, modes, useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';
import { Caller } from '../support/caller.mjs';
import { decodeToken } from '../support/tokens.mjs';
import { useDatabase } from '../support/use-worker.mjs';

const accessCookie = '__Host-access-token';
const refreshCookie = '__Host-refresh-token';
const fixture = useBrowserFixture();
const database = useDatabase(fixture.worker);

async function arrive(mode) {
  const user = await openBrowser(fixture.browser, fixture.examples[mode].url);
  await user.signUp();
  return user;
}

async function tokenOf({ context }, name) {
  return (await context.cookies()).find((cookie) => cookie.name === name).value;
}

async function endElsewhere(user, mode) {
  if (mode === 'worker') {
    const { status } = await new Caller(fixture.worker, await tokenOf(user, accessCookie)).post('/api/auth/signout');
    return assert.equal(status, 204);
  }
  const accounts = new DatabaseSync(fixture.examples[mode].database);
  const { changes } = accounts.prepare('DELETE FROM session WHERE userId = (SELECT id FROM user WHERE email = ?)').run(user.email);
  accounts.close();
  assert.equal(changes, 1);
}

for (const mode of modes) {
  describe(`A session in the ${mode} mode`, () => {
    test('is only in HttpOnly cookies, and in nothing else that the browser receives', async () => {
      const ada = await arrive(mode);
      await ada.addTask('Looked at');
      const cookies = await ada.context.cookies();
      assert.ok(cookies.length > 0);
      for (const { name, httpOnly, secure, sameSite } of cookies) {
        assert.deepEqual({ name, httpOnly, secure, sameSite }, { name, httpOnly: true, secure: true, sameSite: 'Lax' });
        assert.match(name, /^__(Host|Secure)-/);
      }
      const seen = await ada.page.evaluate(() => [document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]);
      for (const { value } of cookies) assert.ok(!JSON.stringify(seen).includes(value));
      assert.equal(seen[0], '');
      // leave() checks all responses, including those of server actions and of links within the app.
      await ada.page.getByRole('link', { name: 'Edit “Looked at”' }).click();
      await ada.heading('Edit task').waitFor();
      await ada.button('Save changes').click();
      await ada.task('Looked at').waitFor();
      await ada.leave();
    });

    test('that was ended elsewhere leads to the sign-in page with a message', async () => {
      const ada = await arrive(mode);
      await endElsewhere(ada, mode);
      await ada.page.goto('/tasks');
      await ada.page.getByRole('status').getByText('Your session has ended. Please sign in again.').waitFor();
      await ada.heading('Sign in').waitFor();
      assert.deepEqual(await ada.cookieNames(), lastingCookies[mode]);
      await ada.fillIn({ Email: ada.email, Password: ada.password });
      await ada.button('Sign in').click();
      await ada.heading('Your tasks').waitFor();

      await endElsewhere(ada, mode);
      await ada.fillIn({ Title: 'Too late' });
      await ada.button('Add task').click();
      await ada.page.getByRole('status').getByText('Your session has ended. Please sign in again.').waitFor();
      assert.deepEqual(await ada.cookieNames(), lastingCookies[mode]);
      await ada.leave();
    });
  });
}

describe('A session of the Worker', () => {
  test('is not rotated by a direct request to /session-check', async () => {
    const ada = await arrive('worker');
    const before = await sessionOf(ada);
    await ada.page.goto('/session-check');
    await ada.heading('Your tasks').waitFor();
    assert.deepEqual(await sessionOf(ada), before);
    await ada.leave();
  });

  test('is refreshed once for the concurrent requests of two tabs and stays signed in', async () => {
    const ada = await arrive('worker');
    await ada.addTask('Still here');
    const many = (page) => page.evaluate(() => Promise.all(Array.from({ length: 5 }, async () => (await fetch('/tasks')).text())));
    const second = await ada.context.newPage();
    const before = await sessionOf(ada);
    // Removes the access token, as if it had expired.
    await ada.context.clearCookies({ name: accessCookie });
    await Promise.all([ada.page.goto('/tasks'), second.goto('/tasks')]);
    for (const page of [ada.page, second]) {
      await page.getByRole('heading', { level: 1, name: 'Your tasks' }).waitFor();
      await page.getByText('Still here').waitFor();
    }
    assert.deepEqual(await sessionOf(ada), { ...before, generation: before.generation + 1 });

    await ada.context.clearCookies({ name: accessCookie });
    const responses = (await Promise.all([ada.page, second].map(many))).flat();
    assert.equal(responses.length, 10);
    for (const response of responses) assert.match(response, /Still here/);
    assert.deepEqual(await sessionOf(ada), { ...before, generation: before.generation + 2 });
    await ada.page.reload();
    await ada.task('Still here').waitFor();
    await ada.leave();
  });

  async function sessionOf(user) {
    const { sub, sid } = decodeToken(await tokenOf(user, refreshCookie)).claims;
    const { results } = await database.prepare('SELECT id, generation FROM sessions WHERE user_id = ?1').bind(sub).all();
    assert.deepEqual(results.map(({ id }) => id), [sid]);
    return results[0];
  }
});
