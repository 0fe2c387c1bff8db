// With D1 read replication: the app sends the bookmark of a user's last write with the reads after it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBrowserFixture } from '../support/browser-fixture.mjs';
import { openBrowser } from '../support/browser-user.mjs';

const fixture = useBrowserFixture({ modes: ['worker'], entry: 'replica-entry.mjs', vars: { D1_READ_REPLICATION: 'true' } });

test('reads start from the bookmark of the last write, which is in an HttpOnly cookie', { timeout: 60_000 }, async () => {
  const user = await openBrowser(fixture.browser, fixture.examples.worker.url);
  const bookmark = async () => (await user.context.cookies()).find(({ name }) => name === '__Host-bookmark');
  await user.signUp();
  assert.equal(await bookmark(), undefined, 'nothing is written yet');
  await user.addTask('Mend the fence');
  const { value, httpOnly, secure, sameSite } = await bookmark();
  assert.deepEqual({ httpOnly, secure, sameSite }, { httpOnly: true, secure: true, sameSite: 'Lax' });
  await user.page.reload();
  await user.task('Mend the fence').waitFor();
  await fixture.worker.printed(new RegExp(`D1 session from (${value})`));
  await user.leave();
});
