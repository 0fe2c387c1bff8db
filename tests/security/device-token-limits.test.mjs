// What device tokens cost the limiter: its state stays small whatever is sent, its alarm empties it, and it survives a kill. And an
// attack on an account whose owner signs in and out meanwhile.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { derivedKey, derivedMac, guess, signDeviceToken, signIn, WRONG } from '../support/device-tokens.mjs';
import { ask, assertUnavailable, FAULTY } from '../support/faults.mjs';
import { changeObjects, countedAttempts } from '../support/limiter-storage.mjs';
import { resetToken, EMAIL_VARS } from '../support/mailbox.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useDatabase, useWorker, withWorker } from '../support/use-worker.mjs';

const MAX_DEVICES = 10;
const NEW_PASSWORD = 'Another horse 8 battery';
const ALL_WRONG = [401, 401, 401, 401, 401];
const deviceOf = (token) => decodeToken(token).claims.device;

/** A device id that is a UUIDv7 of this moment. */
function newDevice() {
  const random = randomBytes(10).toString('hex');
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

describe('The state of the limiter', () => {
  test('has a row for each attempt that counts, and none for a device token that is not good', async () => {
    await withWorker({ vars: EMAIL_VARS }, async (worker) => {
      const [user, stranger] = [await signUp(worker), await signUp(worker)];
      const device = deviceOf(user.deviceToken);
      const bad = [
        signDeviceToken(worker, user, newDevice(), { exp: now() }), signDeviceToken(worker, stranger, newDevice()), stranger.deviceToken,
        signToken({ sub: user.userId, device: newDevice(), exp: now() + 60 }, { secret: derivedKey(worker, 'edge-auth refresh token') }),
        signDeviceToken(worker, user, 'x'.repeat(200)),
      ];
      for (const token of bad) assert.deepEqual(await guess(worker, user, 1, token), [401]);
      assert.deepEqual(await guess(worker, user, 2, bad[0]), [429, 429]);
      assert.deepEqual(countedAttempts(worker), [{ shared: 5, devices: {} }]);
      assert.deepEqual(await guess(worker, user, 7, user.deviceToken), [...ALL_WRONG, 429, 429]);
      assert.deepEqual(countedAttempts(worker), [{ shared: 5, devices: { [device]: 5 } }]);
      const token = await resetToken(worker, user.email);
      assert.equal((await anonymous(worker).post('/api/auth/password/reset', { token, password: NEW_PASSWORD })).status, 204);
      const emails = { shared: 1, devices: {} };
      assert.deepEqual(countedAttempts(worker), [emails], 'the reset has emptied the object, and that of the emails counts one');
      assert.deepEqual(await guess(worker, user, 1, user.deviceToken), [401]);
      assert.deepEqual(countedAttempts(worker), [emails, { shared: 1, devices: {} }], 'a void token has no row');
    });
  });

  test('holds ten devices: the attempts of further ones share the count of all others, and clear it', async () => {
    await withWorker({}, async (worker) => {
      const user = await signUp(worker);
      const tokens = Array.from({ length: MAX_DEVICES + 4 }, () => signDeviceToken(worker, user, newDevice()));
      for (const token of tokens) assert.deepEqual(await guess(worker, user, 1, token), [401]);
      const counts = countedAttempts(worker);
      assert.deepEqual([counts.length, counts[0].shared, Object.values(counts[0].devices)], [1, 4, Array(MAX_DEVICES).fill(1)]);
      assert.equal((await signIn(worker, user, user.password, tokens.at(-1))).status, 200, 'the fifth shared attempt');
      assert.equal(countedAttempts(worker)[0].shared, 0, 'is cleared where it was counted');
      assert.deepEqual(await guess(worker, user, 6, tokens.at(-1)), [...ALL_WRONG, 429]);
      assert.deepEqual(await guess(worker, user, 1), [429]);
      assert.deepEqual(await guess(worker, user, 5, tokens[0]), [401, 401, 401, 401, 429], 'a device that is counted stays so');
      assert.equal((await signIn(worker, user, user.password, tokens[1])).status, 200);
      assert.deepEqual(await guess(worker, user, 1, tokens.at(-1)), [401], 'a place is free');
    });
  });

  test('keeps no place for void devices, whose attempts a failing database leaves behind', async () => {
    await withWorker({ ...FAULTY, vars: EMAIL_VARS }, async (worker) => {
      const user = await signUp(worker);
      const claims = { account: derivedMac(worker, 'edge-auth account name', user.email), since: 0 };
      const voided = Array.from({ length: MAX_DEVICES }, () => signDeviceToken(worker, user, newDevice(), claims));
      const token = await resetToken(worker, user.email);
      assert.equal((await anonymous(worker).post('/api/auth/password/reset', { token, password: NEW_PASSWORD })).status, 204);
      const { device_token: good } = (await signIn(worker, user, NEW_PASSWORD)).body;
      const lost = { DB: [{ error: 'Network connection lost.' }] };
      for (const device_token of voided) {
        const request = { method: 'POST', path: '/api/auth/signin', body: { email: user.email, password: WRONG, device_token } };
        assertUnavailable(await ask(anonymous(worker), request, lost));
      }
      // The emails are counted in an object of their own.
      const counts = () => countedAttempts(worker).find(({ devices }) => Object.keys(devices).length > 0);
      const left = counts();
      assert.deepEqual([left.shared, Object.keys(left.devices).length], [0, MAX_DEVICES]);
      assert.deepEqual(await guess(worker, user, 6, good), [...ALL_WRONG, 429], 'a good device has a place');
      assert.equal(counts().devices[deviceOf(good)], 5);
      assert.deepEqual(await guess(worker, user, 6, voided[0]), [...ALL_WRONG, 429], 'a void one shares the count of all others');
      const after = counts();
      assert.deepEqual([after.shared, after.devices[deviceOf(voided[0])]], [5, undefined], 'and gives back what was left');
    });
  });

  test('is deleted by the alarm once the last attempt has left the window', { timeout: 60_000 }, async () => {
    await withWorker({ vars: { SIGNIN_WINDOW_SECONDS: '4' } }, async (worker) => {
      const [user, other] = [await signUp(worker), await signUp(worker)];
      await guess(worker, user, 2);
      await guess(worker, user, 2, user.deviceToken);
      await guess(worker, other, 1, other.deviceToken);
      assert.equal(countedAttempts(worker).length, 2);
      assert.equal((await signIn(worker, other, other.password, other.deviceToken)).status, 200);
      assert.equal(countedAttempts(worker).length, 1, 'a success leaves nothing of a count');
      for (let waited = 0; countedAttempts(worker).length > 0; waited += 250) {
        assert.ok(waited < 20_000, JSON.stringify(countedAttempts(worker)));
        await sleep(250);
      }
    });
  });

  test('survives a kill, and an object of before device tokens goes on counting', { timeout: 120_000 }, async () => {
    await withWorker({}, async (first) => {
      const worker = { ...first };
      const user = await signUp(worker);
      await guess(worker, user, 3);
      await guess(worker, user, 3, user.deviceToken);
      const expected = { shared: 3, devices: { [deviceOf(user.deviceToken)]: 3 } };
      assert.deepEqual(countedAttempts(worker), [expected]);
      await first.kill();
      await withWorker({ state: first.state, vars: { JWT_SECRET: first.secret } }, async (second) => {
        assert.deepEqual(await guess(second, user, 3), [401, 401, 429]);
        assert.deepEqual(await guess(second, user, 3, user.deviceToken), [401, 401, 429]);
        await second.kill();
      });
      changeObjects(worker, 'DROP TABLE device_attempts');
      await withWorker({ state: first.state, vars: { JWT_SECRET: first.secret } }, async (third) => {
        assert.deepEqual(await guess(third, user, 1), [429]);
        assert.deepEqual(await guess(third, user, 6, user.deviceToken), [...ALL_WRONG, 429]);
        assert.deepEqual(countedAttempts(worker), [{ shared: 5, devices: { [deviceOf(user.deviceToken)]: 5 } }]);
      });
    });
  });
});

describe('An attack of 300 guesses a second', () => {
  const SECONDS = 8;
  const PER_SECOND = 300;
  /** A machine that is too slow for the rate is not drowned in requests: the owner's would wait for all that were sent before. */
  const MAX_PENDING = 50;
  const worker = useWorker();
  const database = useDatabase(worker);

  test('never keeps the owner from signing in and out on a known device, and five of its guesses are checked', { timeout: 180_000 }, async () => {
    const [owner, stranger] = [await signUp(worker), await signUp(worker)];
    const tokens = [undefined, stranger.deviceToken, 'nonsense', signDeviceToken(worker, stranger, deviceOf(owner.deviceToken))];
    const statuses = [];
    const pending = new Set();
    let isOver = false;
    const attack = (async () => {
      const begin = performance.now();
      for (let sent = 0; !isOver; sent += 1) {
        const guessed = signIn(worker, owner, `${WRONG} ${sent}`, tokens[sent % tokens.length]).then(({ status }) => statuses.push(status));
        pending.add(guessed);
        guessed.finally(() => pending.delete(guessed));
        if (pending.size >= MAX_PENDING) await Promise.race(pending);
        await sleep(Math.max(0, (sent * 1000) / PER_SECOND - (performance.now() - begin)));
      }
      await Promise.all(pending);
    })();
    let device = owner.deviceToken;
    let signIns = 0;
    for (const end = performance.now() + SECONDS * 1000; performance.now() < end || signIns < 5; signIns += 1) {
      const { status, body } = await signIn(worker, owner, owner.password, device);
      assert.equal(status, 200, `sign-in ${signIns} of the owner`);
      device = body.device_token;
      assert.equal((await new Caller(worker, body.access_token).post('/api/auth/signout')).status, 204);
    }
    isOver = true;
    await attack;
    assert.equal(statuses.filter((status) => status === 401).length, 5);
    assert.equal(statuses.filter((status) => status === 429).length, statuses.length - 5);
    const onNewDevice = await signIn(worker, owner, owner.password);
    assert.deepEqual([onNewDevice.status, onNewDevice.body], [429, { detail: 'Too many sign-in attempts' }]);
    const { sessions } = await database.prepare('SELECT count(*) AS sessions FROM sessions WHERE user_id = ?').bind(owner.userId).first();
    assert.equal(sessions, 1, 'every sign-in was signed out');
  });
});
