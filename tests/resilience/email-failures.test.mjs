// Email that cannot be sent, and a limiter that cannot count it: no answer changes, and nothing is lost that a user cannot ask for again.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { ask } from '../support/faults.mjs';
import { EMAIL_VARS, messagesTo, resetToken } from '../support/mailbox.mjs';
import { useWorker } from '../support/use-worker.mjs';

/** Waits for the lines of failed emails, and returns them. */
async function failures(worker, count) {
  const find = () => worker.log().split('\n').filter((line) => line.includes('"email_failed"'));
  for (let waited = 0; find().length < count && waited < 10_000; waited += 50) await sleep(50);
  // Another line would follow at once.
  await sleep(100);
  return find();
}

describe('Where the binding refuses every recipient', () => {
  const worker = useWorker({
    vars: { ...EMAIL_VARS, EMAIL_VERIFICATION: 'optional' },
    config: { send_email: [{ name: 'EMAIL', destination_address: 'nobody@example.com' }] },
  });

  test('each answer is as it was, with one log line for each email and no address in it', async () => {
    const ada = await signUp(worker);
    assert.equal((await failures(worker, 1)).length, 1);
    assert.equal((await ada.post('/api/auth/email/verification')).status, 202);
    assert.equal((await failures(worker, 2)).length, 2);
    assert.equal((await anonymous(worker).post('/api/auth/password/forgot', { email: ada.email })).status, 202);
    const lines = await failures(worker, 3);
    assert.equal(lines.length, 3);
    for (const line of lines) {
      const { event, cause, request_id, ...rest } = JSON.parse(line);
      assert.equal(event, 'email_failed');
      assert.match(request_id, /^[0-9a-f-]{36}$/);
      assert.ok(cause.length > 0 && cause.length < 100, cause);
      assert.deepEqual(rest, {});
    }
    for (const secret of [ada.email, ada.accessToken, GOOD_PASSWORD]) assert.ok(!lines.join('\n').includes(secret), secret);
    assert.equal((await ada.get('/api/tasks')).status, 200);
  });
});

describe('Where storage fails', () => {
  const worker = useWorker({ vars: EMAIL_VARS, entry: 'faulty-entry.mjs' });
  const unavailable = { error: 'D1_ERROR: Network connection lost.' };

  test('a forgotten password is 503 without an email, for any address', async () => {
    const ada = await signUp(worker);
    for (const email of [ada.email, randomEmail()]) {
      const request = { method: 'POST', path: '/api/auth/password/forgot', body: { email } };
      for (const faults of [{ DB: [unavailable] }, { SIGNIN_LIMITER: [{ error: 'the object is overloaded' }] }]) {
        const response = await ask(anonymous(worker), request, faults);
        assertDetail(response, 503, 'Service Unavailable');
        assert.ok(Number(response.headers.get('Retry-After')) > 0);
      }
    }
    assert.deepEqual(await messagesTo(worker, ada.email), []);
  });

  test('a look-up is repeated once', async () => {
    const ada = await signUp(worker);
    const request = { method: 'POST', path: '/api/auth/password/forgot', body: { email: ada.email } };
    assert.equal((await ask(anonymous(worker), request, { DB: [unavailable, 'ok'] })).status, 202);
  });

  test('a reset that was not written leaves its link good', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    const request = { method: 'POST', path: '/api/auth/password/reset', body: { token, password: 'Another horse 8 battery' } };
    assertDetail(await ask(anonymous(worker), request, { DB: ['ok', unavailable] }), 503, 'Service Unavailable');
    assert.equal((await ada.get('/api/tasks')).status, 200);
    assert.equal((await ask(anonymous(worker), request, {})).status, 204);
  });

  test('a reset stands although the attempts could not be forgotten', async () => {
    const ada = await signUp(worker);
    const token = await resetToken(worker, ada.email);
    const request = { method: 'POST', path: '/api/auth/password/reset', body: { token, password: 'Another horse 8 battery' } };
    assert.equal((await ask(anonymous(worker), request, { SIGNIN_LIMITER: [{ error: 'the object is overloaded' }] })).status, 204);
    assert.equal((await anonymous(worker).post('/api/auth/signin', { email: ada.email, password: 'Another horse 8 battery' })).status, 200);
  });
});
