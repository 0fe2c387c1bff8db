// Request rate limits by Cloudflare's Rate Limiting binding: by client address on the auth routes, by session on all others.
// Without the binding, or when it fails, the service runs without rate limits.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, randomAddress, signUp } from '../support/caller.mjs';
import { ask, FAULTY } from '../support/faults.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { withinAMinute } from '../support/rate-limit-clock.mjs';
import { useWorker, withWorker } from '../support/use-worker.mjs';
import { rawConfig } from '../support/worker.mjs';

const CLIENT = 300;
const APP = 'https://app.example.com';
const forwardingSecret = randomBytes(32).toString('base64url');

const worker = useWorker({ vars: { ALLOWED_ORIGINS: APP, CLIENT_ADDRESS_SECRET: forwardingSecret } });

/** Sends `count` requests, 20 at a time; returns how often each status came. */
async function sendMany(count, send) {
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

function assertRateLimited(response) {
  assertDetail(response, 429, 'Too many requests');
  const retryAfter = response.headers.get('Retry-After');
  assert.match(retryAfter, /^[1-9]\d*$/);
  assert.ok(Number(retryAfter) <= 60, retryAfter);
}

const session = (caller, headers) => caller.get('/api/auth/session', { headers });
const from = (address) => ({ 'CF-Connecting-IP': address });

describe('The auth routes', { timeout: 300_000 }, () => {
  test('serve 300 requests a minute from one address and reject the next one on each route', async () => {
    const { last, others } = await withinAMinute(async () => {
      const client = anonymous(worker);
      assert.deepEqual(await sendMany(CLIENT, () => session(client)), { 200: CLIENT });
      const last = await session(client, { Origin: APP });
      const others = [];
      for (const path of ['/api/auth/signup', '/api/auth/signin', '/api/auth/signout', '/auth/register', '/auth/token', '/auth/revoke']) {
        others.push(await client.post(path, {}));
      }
      return { last, others };
    });
    assertRateLimited(last);
    assert.equal(last.headers.get('Access-Control-Allow-Origin'), APP, 'an allowed page may read the reason');
    assert.equal(others.length, 6);
    others.forEach(assertRateLimited);
  });

  test('count all auth routes together, rejected requests too, but no unknown path or method', async () => {
    const statuses = await withinAMinute(async () => {
      const client = anonymous(worker);
      const asks = [
        () => client.post('/api/auth/signup', {}), () => client.get('/api/auth/sessions'), () => client.post('/auth/revoke', {}),
      ];
      let turn = 0;
      const counted = await sendMany(CLIENT, () => asks[turn++ % asks.length]());
      for (const path of ['/nowhere', '/api/health']) assert.equal((await client.delete(path)).status, path === '/nowhere' ? 404 : 405);
      return { ...counted, after: (await session(client)).status };
    });
    assert.deepEqual(statuses, { 401: 100, 415: 100, 422: 100, after: 429 });
  });

  test('still serve other addresses, and the limited address on every other route', async () => {
    const user = await signUp(worker);
    const statuses = await withinAMinute(async () => {
      const address = randomAddress();
      await sendMany(CLIENT, () => session(anonymous(worker), from(address)));
      return {
        limited: (await session(user, from(address))).status,
        another: (await session(user, from(randomAddress()))).status,
        tasks: (await user.get('/api/tasks', { headers: from(address) })).status,
        profile: (await user.get(`/api/users/${user.userId}/profile`, { headers: from(address) })).status,
        health: (await user.get('/api/health', { headers: from(address) })).status,
        anonymous: (await anonymous(worker).get('/api/tasks', { headers: from(address) })).status,
      };
    });
    assert.deepEqual(statuses, { limited: 429, another: 200, tasks: 200, profile: 200, health: 200, anonymous: 401 });
  });

  test('count an IPv6 /64 as one client and the next /64 as another', async () => {
    const statuses = await withinAMinute(async () => {
      const prefix = `2001:db8:${randomBytes(2).toString('hex')}`;
      let host = 1;
      await sendMany(CLIENT, () => session(anonymous(worker), from(`${prefix}:1::${(host++).toString(16)}`)));
      const status = async (address) => (await session(anonymous(worker), from(address))).status;
      return [await status(`${prefix}:1:9:9:9:9`), await status(`${prefix}:2::1`)];
    });
    assert.deepEqual(statuses, [429, 200]);
  });
});

describe('A trusted server that forwards client addresses', { timeout: 120_000 }, () => {
  const forwarded = (address, secret, server = randomAddress()) =>
    ({ ...from(server), 'X-Client-Address': address, 'X-Client-Address-Secret': secret });

  test('is counted by the forwarded address if the secret is right', async () => {
    const statuses = await withinAMinute(async () => {
      const [browser, server] = [randomAddress(), randomAddress()];
      await sendMany(CLIENT, () => session(anonymous(worker), forwarded(browser, forwardingSecret)));
      const status = async (headers) => (await session(anonymous(worker), headers)).status;
      return {
        browser: await status(forwarded(browser, forwardingSecret, server)),
        directly: await status(from(browser)),
        anotherBrowser: await status(forwarded(randomAddress(), forwardingSecret, server)),
        server: await status(from(server)),
      };
    });
    assert.deepEqual(statuses, { browser: 429, directly: 429, anotherBrowser: 200, server: 200 });
  });

  test('is counted by its own address without the right secret or with a malformed address', async () => {
    const statuses = await withinAMinute(async () => {
      const client = randomAddress();
      const guesses = [
        () => forwarded(randomAddress(), 'x'.repeat(43), client),
        () => forwarded(randomAddress(), '', client),
        () => forwarded(randomAddress(), undefined, client),
        () => forwarded(randomAddress(), `${forwardingSecret}x`, client),
        () => forwarded(randomAddress(), forwardingSecret.slice(0, -1), client),
        () => forwarded(randomUUID(), forwardingSecret, client),
        () => forwarded(undefined, forwardingSecret, client),
      ];
      let turn = 0;
      await sendMany(CLIENT, () => session(anonymous(worker), guesses[turn++ % guesses.length]()));
      return (await session(anonymous(worker), from(client))).status;
    });
    assert.equal(statuses, 429);
  });
});

describe('All other routes', { timeout: 120_000 }, () => {
  // Not every machine can send 3,000 requests in a minute: this test reads the number, and the next one tries a smaller one.
  test('have 3,000 requests a minute for a subject in wrangler.toml, counted apart from the 300 for an address', () => {
    const [auth, resource] = ['AUTH_RATE_LIMIT', 'RESOURCE_RATE_LIMIT'].map((wanted) => rawConfig.ratelimits.find(({ name }) => name === wanted));
    assert.deepEqual([{ ...auth.simple }, { ...resource.simple }], [{ limit: CLIENT, period: 60 }, { limit: 3_000, period: 60 }]);
    assert.notEqual(auth.namespace_id, resource.namespace_id);
  });

  test('limit a subject across routes and addresses, without counting rejected tokens', async () => {
    const SUBJECT = 90;
    const ratelimits = rawConfig.ratelimits.map((limit) =>
      limit.name === 'RESOURCE_RATE_LIMIT' ? { ...limit, simple: { limit: SUBJECT, period: 60 } } : limit);
    await withWorker({ config: { ratelimits } }, async (strict) => {
      const bearer = (sub, secret = strict.secret) => new Caller(strict, signToken({ sub, exp: now() + 900 }, { secret }));
      const { bad, good, rejected, others } = await withinAMinute(async () => {
        const subject = randomUUID();
        const [client, forger] = [bearer(subject), bearer(subject, 'x'.repeat(32))];
        const paths = ['/api/tasks/none', '/tasks/none', `/api/users/${subject}/todos/none`];
        let turn = 0;
        const bad = await sendMany(SUBJECT, () => forger.get('/api/tasks'));
        const good = await sendMany(SUBJECT, () => client.get(paths[turn++ % paths.length], { headers: from(randomAddress()) }));
        const rejected = [];
        for (const [method, path] of [
          ['GET', '/api/tasks'], ['POST', '/tasks'], ['DELETE', '/api/tasks/none'], ['GET', `/api/users/${subject}/profile`], ['GET', '/api/admin/users'],
        ]) rejected.push(await client.send(method, path, { headers: from(randomAddress()) }));
        const status = async (caller, path) => (await caller.get(path)).status;
        return {
          bad, good, rejected,
          others: {
            another: await status(bearer(randomUUID()), '/api/tasks'),
            session: await status(client, '/api/auth/session'),
            forger: await status(forger, '/api/tasks'),
          },
        };
      });
      assert.deepEqual([bad, good], [{ 401: SUBJECT }, { 404: SUBJECT }]);
      rejected.forEach(assertRateLimited);
      assert.deepEqual(others, { another: 200, session: 200, forger: 401 });
    });
  });
});

test('without the binding the service runs without rate limits and logs that once', { timeout: 60_000 }, async () => {
  await withWorker({ config: { ratelimits: [] } }, async (unlimited) => {
    const user = await signUp(unlimited);
    assert.deepEqual(await sendMany(CLIENT + 1, () => user.get('/api/auth/session')), { 200: CLIENT + 1 });
    assert.equal((await user.get('/api/tasks')).status, 200);
    // The log is written in order: once this line is there, so are all earlier ones.
    await anonymous(unlimited).post('/api/auth/signin', { email: user.email, password: 'Wrong horse 8' });
    await unlimited.printed(/("event":"signin_failed")/);
    const lines = unlimited.log().split('\n').filter((line) => line.includes('"event":"unshielded_from_floods"'));
    assert.equal(lines.length, 1);
    assert.match(JSON.parse(lines[0]).cause, /RATE_LIMIT.*wrangler\.toml/);
  });
});

test('requests are served without rate limits if the binding fails or returns no result', { timeout: 60_000 }, async () => {
  await withWorker(FAULTY, async (faulty) => {
    const user = await signUp(faulty);
    for (const fault of [{ error: 'Network connection lost.' }, { result: {} }, { result: { success: 'yes' } }, { result: null }]) {
      for (const path of ['/api/auth/session', '/api/tasks']) {
        const response = await ask(user, { method: 'GET', path }, { RATE_LIMITERS: [fault] });
        assert.equal(response.status, 200, JSON.stringify([fault, response.body]));
      }
    }
    for (const path of ['/api/auth/session', '/api/tasks']) {
      assertRateLimited(await ask(user, { method: 'GET', path }, { RATE_LIMITERS: [{ result: { success: false } }] }));
    }
    assert.match(await faulty.printed(/("event":"unshielded_from_floods"[^\n]*)/), /RATE_LIMIT: .*wrangler\.toml/);
  });
});
