// The sign-in limit: five password guesses for an account, however many arrive at once, from whatever address, and across restarts.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, randomEmail, signUp } from '../support/caller.mjs';
import { useWorker } from '../support/use-worker.mjs';

const WRONG = 'Wrong horse 8 battery';

function signIn(worker, email, password, options) {
  return anonymous(worker).post('/api/auth/signin', { email, password }, options);
}

/** Tries wrong passwords one after the other, as many as there are statuses to expect. */
async function guess(worker, email, expected) {
  const statuses = [];
  while (statuses.length < expected.length) statuses.push((await signIn(worker, email, WRONG)).status);
  assert.deepEqual(statuses, expected);
}

function assertLimited(response, seconds) {
  assertDetail(response, 429, 'Too many sign-in attempts');
  assert.match(response.headers.get('Retry-After'), /^\d+$/);
  const retryAfter = Number(response.headers.get('Retry-After'));
  assert.ok(retryAfter >= 1 && retryAfter <= seconds, `Retry-After ${retryAfter}`);
  return retryAfter;
}

describe('Five attempts in 15 minutes', () => {
  const worker = useWorker();

  /** Sends all of them at once, each from a client address of its own, as a botnet would. */
  async function attack(email, count) {
    const responses = await Promise.all(Array.from({ length: count }, (_, n) =>
      signIn(worker, email, `${WRONG} ${n}`, { headers: { 'CF-Connecting-IP': `10.1.${n >> 8}.${n & 255}` } })));
    const reached = responses.filter(({ status }) => status === 401);
    assert.equal(reached.length, 5);
    for (const response of reached) assertDetail(response, 401, 'Invalid credentials');
    for (const response of responses.filter(({ status }) => status !== 401)) assertLimited(response, 900);
  }

  test('are checked out of a thousand concurrent ones; then even the right password is 429, for this account only', async () => {
    const [victim, neighbour] = [await signUp(worker), await signUp(worker)];
    await attack(victim.email, 1000);
    assertLimited(await signIn(worker, victim.email, victim.password), 900);
    assert.equal((await signIn(worker, neighbour.email, neighbour.password)).status, 200);
    assert.equal((await victim.get('/api/tasks')).status, 200, 'an existing session stays valid');
  });

  test('are also the limit for an address without an account', async () => {
    const email = randomEmail();
    await attack(email, 1000);
    assertLimited(await signIn(worker, email, WRONG), 900);
  });

  test('are counted for the address in any case and with any surrounding spaces', async () => {
    const user = await signUp(worker);
    const spellings = [user.email, user.email.toUpperCase(), ` ${user.email}`, `${user.email}\t`, user.email.replace('e', 'E')];
    for (const email of spellings) assert.equal((await signIn(worker, email, WRONG)).status, 401);
    for (const email of spellings) assertLimited(await signIn(worker, email, user.password), 900);
  });

  test('are reset by the right password', async () => {
    const user = await signUp(worker);
    await guess(worker, user.email, [401, 401, 401, 401]);
    assert.equal((await signIn(worker, user.email, user.password)).status, 200);
    await guess(worker, user.email, [401, 401, 401, 401, 401, 429]);
  });

  test('are not used up by an invalid body or a sign-up', async () => {
    const user = await signUp(worker);
    for (let n = 0; n < 6; n += 1) {
      assert.equal((await signIn(worker, user.email, 'x'.repeat(129))).status, 422);
      assert.equal((await anonymous(worker).post('/api/auth/signup', { email: user.email, password: user.password })).status, 409);
    }
    assert.equal((await signIn(worker, user.email, user.password)).status, 200);
  });

  test('are still counted after the worker is killed and restarted', { timeout: 60_000 }, async () => {
    const user = await signUp(worker);
    await guess(worker, user.email, [401, 401, 401]);
    await worker.restart({ vars: { JWT_SECRET: worker.secret } });
    await guess(worker, user.email, [401, 401, 429]);
    assertLimited(await signIn(worker, user.email, user.password), 900);
  });
});

describe('Two attempts in eight seconds', () => {
  const WINDOW = 8;
  const worker = useWorker({ vars: { SIGNIN_MAX_ATTEMPTS: '2', SIGNIN_WINDOW_SECONDS: String(WINDOW) } });

  test('slide: each attempt leaves the window after its own eight seconds, and rejected ones never count', { timeout: 60_000 }, async () => {
    const email = randomEmail();
    const sent = Date.now();
    await guess(worker, email, [401]);
    const answered = Date.now();
    await sleep(WINDOW * 500);
    await guess(worker, email, [401]);

    const asked = Date.now();
    const limited = await signIn(worker, email, WRONG);
    const retryAfter = assertLimited(limited, Math.ceil(WINDOW - (asked - answered) / 1000));
    assert.ok(retryAfter >= WINDOW - (Date.now() - sent) / 1000, `${retryAfter} s is before the first attempt leaves the window`);
    await guess(worker, email, [429, 429, 429]);

    await sleep(retryAfter * 1000);
    // The first attempt has left the window; the second still counts, with the one made here.
    await guess(worker, email, [401, 429]);
  });

  test('lock out an account for no longer than the window', { timeout: 60_000 }, async () => {
    const user = await signUp(worker);
    await guess(worker, user.email, [401, 401]);
    const retryAfter = assertLimited(await signIn(worker, user.email, user.password), WINDOW);
    await sleep(retryAfter * 1000);
    assert.equal((await signIn(worker, user.email, user.password)).status, 200);
    await guess(worker, user.email, [401, 401, 429]);
  });
});
