// What the Worker logs about email: no line holds an address, a password, or the token of a session or of a link.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous, randomEmail, signUp } from '../support/caller.mjs';
import { allSent, EMAIL_VARS, nthMessageTo, resetToken } from '../support/mailbox.mjs';
import { useWorker } from '../support/use-worker.mjs';

const worker = useWorker({ vars: EMAIL_VARS });
const NEW_PASSWORD = 'Another horse 8 battery';

/** The Worker's own lines: `wrangler dev` prints each message besides, which no deployment does. */
const ownLines = () => worker.log().split('\n').filter((line) => line.startsWith('{'));

test('no line holds an address, a password or a token, whether a link works or not', async () => {
  const [ada, unknown, wanted] = [await signUp(worker), randomEmail(), randomEmail()];
  const secrets = [ada.email, unknown, wanted, ada.password, NEW_PASSWORD, ada.accessToken, ada.refreshToken];
  const post = (path, json) => anonymous(worker).post(path, json);

  await post('/api/auth/password/forgot', { email: unknown });
  await ada.post('/api/auth/email/verification');
  const verification = (await nthMessageTo(worker, ada.email)).token;
  assert.equal((await post('/api/auth/email/verify', { token: verification })).status, 204);
  assert.equal((await ada.post('/api/auth/email', { email: wanted, password: NEW_PASSWORD })).status, 403);
  await ada.post('/api/auth/email', { email: wanted, password: ada.password });
  const change = (await nthMessageTo(worker, wanted)).token;
  // The old address gets a note, which must not be taken for the reset that is asked for next.
  await nthMessageTo(worker, ada.email, 2);
  const reset = await resetToken(worker, ada.email);
  for (const token of [reset, reset, `${reset}x`, change]) await post('/api/auth/password/reset', { token, password: NEW_PASSWORD });
  for (const token of [change, reset]) assert.equal((await post('/api/auth/email/confirm', { token })).status, 400);
  assert.equal((await post('/api/auth/signin', { email: ada.email, password: ada.password })).status, 401);
  await allSent(worker);

  const lines = ownLines();
  assert.ok(lines.some((line) => line.includes('"signin_failed"')), 'the lines of the Worker are found');
  for (const secret of [...secrets, verification, change, reset]) {
    for (const form of [secret, encodeURIComponent(secret)]) assert.ok(!lines.join('\n').includes(form), form);
  }
});
