// A storm of requests is kept off: from one client on the routes of sign-up and sign-in, from one token's subject on all
// others. Whoever sends no storm notices nothing, and where the shield is not configured the service runs without it.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, randomAddress, signUp } from '../support/caller.mjs';
import { ask, calls, FAULTY } from '../support/faults.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker, withWorker } from '../support/use-worker.mjs';
import { rawConfig } from '../support/worker.mjs';

const CLIENT = 300;
const APP = 'https://app.example.com';
const handOnSecret = randomBytes(32).toString('base64url');

const worker = useWorker({ vars: { ALLOWED_ORIGINS: APP, CLIENT_ADDRESS_SECRET: handOnSecret } });

/** Sends `count` requests, some at a time; gives the statuses, each with how often it came. */
async function storm(count, send) {
  const statuses = {};
  let left = count;
  await Promise.all(Array.from({ length: 20 }, async () => {
    while (left-- > 0) {
      const { status } = await send();
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }));
  return statuses;
}

/** The minute is one of the clock: what a turn of it has interrupted is done again, with a share that is untouched. */
async function withinAMinute(work) {
  const minute = () => Math.floor(Date.now() / 60_000);
  for (;;) {
    const begin = minute();
    const result = await work();
    if (minute() === begin) return result;
  }
}

function assertFlooded(response) {
  assertDetail(response, 429, 'Too many requests');
  const retryAfter = response.headers.get('Retry-After');
  assert.match(retryAfter, /^[1-9]\d*$/);
  assert.ok(Number(retryAfter) <= 60, retryAfter);
}

const session = (caller, headers) => caller.get('/api/auth/session', { headers });
const from = (address) => ({ 'CF-Connecting-IP': address });

describe('The routes of sign-up and sign-in', { timeout: 300_000 }, () => {
  test('serve a client 300 times a minute, and refuse the 301st on each of them', async () => {
    const { last, others } = await withinAMinute(async () => {
      const flooder = anonymous(worker);
      assert.deepEqual(await storm(CLIENT, () => session(flooder)), { 200: CLIENT });
      const last = await session(flooder, { Origin: APP });
      const others = [];
      for (const path of ['/api/auth/signup', '/api/auth/signin', '/api/auth/refresh', '/api/auth/signout', '/auth/register', '/auth/token']) {
        others.push(await flooder.post(path, {}));
      }
      return { last, others };
    });
    assertFlooded(last);
    assert.equal(last.headers.get('Access-Control-Allow-Origin'), APP, 'a page of ours may read why');
    assert.equal(others.length, 6);
    others.forEach(assertFlooded);
  });

  test('count all of them together, refused requests too, but not the ones that find no route', async () => {
    const statuses = await withinAMinute(async () => {
      const flooder = anonymous(worker);
      const asks = [
        () => flooder.post('/api/auth/signin', {}), () => flooder.post('/api/auth/signout'), () => flooder.post('/auth/token', {}),
      ];
      let turn = 0;
      const counted = await storm(CLIENT, () => asks[turn++ % asks.length]());
      for (const path of ['/nowhere', '/api/health']) assert.equal((await flooder.delete(path)).status, path === '/nowhere' ? 404 : 405);
      return { ...counted, after: (await session(flooder)).status };
    });
    assert.deepEqual(statuses, { 401: 100, 415: 100, 422: 100, after: 429 });
  });

  test('serve everybody else meanwhile, and the flooder on every other route', async () => {
    const user = await signUp(worker);
    const statuses = await withinAMinute(async () => {
      const address = randomAddress();
      await storm(CLIENT, () => session(anonymous(worker), from(address)));
      return {
        flooder: (await session(user, from(address))).status,
        another: (await session(user, from(randomAddress()))).status,
        tasks: (await user.get('/api/tasks', { headers: from(address) })).status,
        profile: (await user.get(`/api/users/${user.userId}/profile`, { headers: from(address) })).status,
        health: (await user.get('/api/health', { headers: from(address) })).status,
        anybody: (await anonymous(worker).get('/api/tasks', { headers: from(address) })).status,
      };
    });
    assert.deepEqual(statuses, { flooder: 429, another: 200, tasks: 200, profile: 200, health: 200, anybody: 401 });
  });

  test('count a household by IPv6 as one client, and its neighbours as others', async () => {
    const statuses = await withinAMinute(async () => {
      const prefix = `2001:db8:${randomBytes(2).toString('hex')}`;
      let host = 1;
      await storm(CLIENT, () => session(anonymous(worker), from(`${prefix}:1::${(host++).toString(16)}`)));
      const status = async (address) => (await session(anonymous(worker), from(address))).status;
      return [await status(`${prefix}:1:9:9:9:9`), await status(`${prefix}:2::1`)];
    });
    assert.deepEqual(statuses, [429, 200]);
  });
});

describe('A server that calls for its own users', { timeout: 120_000 }, () => {
  const handedOn = (address, secret, server = randomAddress()) =>
    ({ ...from(server), 'X-Client-Address': address, 'X-Client-Address-Secret': secret });

  test('is counted by the address that it hands on beside the secret', async () => {
    const statuses = await withinAMinute(async () => {
      const [browser, server] = [randomAddress(), randomAddress()];
      await storm(CLIENT, () => session(anonymous(worker), handedOn(browser, handOnSecret)));
      const status = async (headers) => (await session(anonymous(worker), headers)).status;
      return {
        browser: await status(handedOn(browser, handOnSecret, server)),
        directly: await status(from(browser)),
        anotherBrowser: await status(handedOn(randomAddress(), handOnSecret, server)),
        server: await status(from(server)),
      };
    });
    assert.deepEqual(statuses, { browser: 429, directly: 429, anotherBrowser: 200, server: 200 });
  });

  test('is counted by its own address without the right secret, and where what it hands on is no address', async () => {
    const statuses = await withinAMinute(async () => {
      const flooder = randomAddress();
      const guesses = [
        () => handedOn(randomAddress(), 'x'.repeat(43), flooder),
        () => handedOn(randomAddress(), '', flooder),
        () => handedOn(randomAddress(), undefined, flooder),
        () => handedOn(randomAddress(), `${handOnSecret}x`, flooder),
        () => handedOn(randomAddress(), handOnSecret.slice(0, -1), flooder),
        () => handedOn(randomUUID(), handOnSecret, flooder),
        () => handedOn(undefined, handOnSecret, flooder),
      ];
      let turn = 0;
      await storm(CLIENT, () => session(anonymous(worker), guesses[turn++ % guesses.length]()));
      return (await session(anonymous(worker), from(flooder))).status;
    });
    assert.equal(statuses, 429);
  });
});

describe('All other routes', { timeout: 120_000 }, () => {
  // No test can send 3,000 requests in a minute on every machine: the number is read here, and a smaller one tried below.
  test('have 3,000 requests a minute for a subject by wrangler.toml, counted apart from the 300 for a client', () => {
    const [auth, resource] = ['AUTH_RATE_LIMIT', 'RESOURCE_RATE_LIMIT'].map((wanted) => rawConfig.ratelimits.find(({ name }) => name === wanted));
    assert.deepEqual([{ ...auth.simple }, { ...resource.simple }], [{ limit: CLIENT, period: 60 }, { limit: 3_000, period: 60 }]);
    assert.notEqual(auth.namespace_id, resource.namespace_id);
  });

  test('serve a subject that often and no more, from wherever, and no less because of bad tokens', async () => {
    const SUBJECT = 90;
    const ratelimits = rawConfig.ratelimits.map((limit) =>
      limit.name === 'RESOURCE_RATE_LIMIT' ? { ...limit, simple: { limit: SUBJECT, period: 60 } } : limit);
    await withWorker({ config: { ratelimits } }, async (strict) => {
      const bearer = (sub, secret = strict.secret) => new Caller(strict, signToken({ sub, exp: now() + 900 }, { secret }));
      const { bad, good, refused, others } = await withinAMinute(async () => {
        const subject = randomUUID();
        const [flooder, thief] = [bearer(subject), bearer(subject, 'x'.repeat(32))];
        const paths = ['/api/tasks/none', '/tasks/none', `/api/users/${subject}/todos/none`];
        let turn = 0;
        const bad = await storm(SUBJECT, () => thief.get('/api/tasks'));
        const good = await storm(SUBJECT, () => flooder.get(paths[turn++ % paths.length], { headers: from(randomAddress()) }));
        const refused = [];
        for (const [method, path] of [
          ['GET', '/api/tasks'], ['POST', '/tasks'], ['DELETE', '/api/tasks/none'], ['GET', `/api/users/${subject}/profile`], ['GET', '/api/admin/users'],
        ]) refused.push(await flooder.send(method, path, { headers: from(randomAddress()) }));
        const status = async (caller, path) => (await caller.get(path)).status;
        return {
          bad, good, refused,
          others: {
            another: await status(bearer(randomUUID()), '/api/tasks'),
            session: await status(flooder, '/api/auth/session'),
            thief: await status(thief, '/api/tasks'),
          },
        };
      });
      assert.deepEqual([bad, good], [{ 401: SUBJECT }, { 404: SUBJECT }]);
      refused.forEach(assertFlooded);
      assert.deepEqual(others, { another: 200, session: 200, thief: 401 });
    });
  });
});

test('Where the shield is not configured the service runs without it, and says so once in its log', { timeout: 60_000 }, async () => {
  await withWorker({ config: { ratelimits: [] } }, async (unshielded) => {
    const user = await signUp(unshielded);
    assert.deepEqual(await storm(CLIENT + 1, () => user.get('/api/auth/session')), { 200: CLIENT + 1 });
    assert.equal((await user.get('/api/tasks')).status, 200);
    // The log is written in order: once this line is there, so is all before it.
    await anonymous(unshielded).post('/api/auth/signin', { email: user.email, password: 'Wrong horse 8' });
    await unshielded.printed(/("event":"signin_failed")/);
    const told = unshielded.log().split('\n').filter((line) => line.includes('"event":"unshielded_from_floods"'));
    assert.equal(told.length, 1);
    assert.match(JSON.parse(told[0]).cause, /RATE_LIMIT.*wrangler\.toml/);
  });
});

test('Where the shield fails, or gives no verdict, requests are served without it', { timeout: 60_000 }, async () => {
  await withWorker(FAULTY, async (faulty) => {
    const user = await signUp(faulty);
    for (const fault of [{ error: 'Network connection lost.' }, { answer: {} }, { answer: { success: 'yes' } }, { answer: null }]) {
      for (const path of ['/api/auth/session', '/api/tasks']) {
        const response = await ask(user, { method: 'GET', path }, { FLOODS: [fault] });
        assert.equal(response.status, 200, JSON.stringify([fault, response.body]));
      }
    }
    for (const path of ['/api/auth/session', '/api/tasks']) {
      assertFlooded(await ask(user, { method: 'GET', path }, { FLOODS: [{ answer: { success: false } }] }));
    }
    assert.match(await faulty.printed(/("event":"unshielded_from_floods"[^\n]*)/), /RATE_LIMIT: .*wrangler\.toml/);
  });
});
