// The strict rate limit of the routes that check a password, the refresh route's own, and that of a session: what one client
// uses up is not another's share. Each worker has small limits, so that a few requests reach them.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, randomAddress, signUp } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { withinAMinute } from '../support/rate-limit-clock.mjs';
import { useWorker } from '../support/use-worker.mjs';
import { rawConfig } from '../support/worker.mjs';

const LIMITS = { AUTH_RATE_LIMIT: 30, REFRESH_RATE_LIMIT: 5, SIGNIN_RATE_LIMIT: 4, RESOURCE_RATE_LIMIT: 6 };
const ratelimits = rawConfig.ratelimits.map((limit) => ({ ...limit, simple: { ...limit.simple, limit: LIMITS[limit.name] } }));
const worker = useWorker({ config: { ratelimits } });

async function statusesOf(count, send) {
  const statuses = [];
  for (let sent = 0; sent < count; sent += 1) statuses.push((await send(sent)).status);
  return statuses;
}

const from = (address) => ({ headers: { 'CF-Connecting-IP': address } });
const signIn = (address) => anonymous(worker).post('/api/auth/signin', {}, from(address));
const requestToken = (address) => anonymous(worker).send('POST', '/auth/token', {
  headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...from(address).headers }, body: 'username=&password=',
});
const refresh = (address) => anonymous(worker).post('/api/auth/refresh', {}, from(address));

test('wrangler.toml allows 60 sign-ins and 300 refreshes a minute', () => {
  const limits = Object.fromEntries(rawConfig.ratelimits.map(({ name, simple }) => [name, [simple.limit, simple.period]]));
  assert.deepEqual(limits, {
    AUTH_RATE_LIMIT: [300, 60], REFRESH_RATE_LIMIT: [300, 60], SIGNIN_RATE_LIMIT: [60, 60], RESOURCE_RATE_LIMIT: [3000, 60],
  });
  assert.equal(new Set(rawConfig.ratelimits.map(({ namespace_id: id }) => id)).size, 4, 'each limit counts by itself');
});

describe('The routes that check a password', () => {
  test('share one strict limit for an address, and leave the other auth routes to it', async () => {
    const { statuses, last, other, session } = await withinAMinute(async () => {
      const address = randomAddress();
      return {
        statuses: [...await statusesOf(2, () => signIn(address)), ...await statusesOf(2, () => requestToken(address))],
        last: [await signIn(address), await requestToken(address)],
        other: (await signIn(randomAddress())).status,
        session: (await anonymous(worker).get('/api/auth/session', from(address))).status,
      };
    });
    assert.deepEqual(statuses, [422, 422, 422, 422]);
    for (const response of last) {
      assertDetail(response, 429, 'Too many requests');
      assert.match(response.headers.get('Retry-After'), /^[1-9]\d*$/);
    }
    assert.deepEqual([other, session], [422, 200]);
  });

  test('include the change of a password, before its token is verified', async () => {
    const { statuses, sessions } = await withinAMinute(async () => {
      const address = randomAddress();
      const send = () => anonymous(worker).post('/api/auth/password', {}, from(address));
      return { statuses: await statusesOf(LIMITS.SIGNIN_RATE_LIMIT + 1, send), sessions: (await anonymous(worker).get('/api/auth/sessions', from(address))).status };
    });
    assert.deepEqual([statuses, sessions], [[401, 401, 401, 401, 429], 401]);
  });

  test('count an IPv6 /48 as well, whose subscribers have a /64 each', async () => {
    const [statuses, next] = await withinAMinute(async () => {
      const site = `2001:db8:${randomBytes(2).toString('hex')}`;
      return [await statusesOf(5, (number) => signIn(`${site}:${number + 1}::1`)), (await signIn(`2001:db8:${randomBytes(2).toString('hex')}:1::1`)).status];
    });
    assert.deepEqual(statuses, [422, 422, 422, 422, 429]);
    assert.equal(next, 422);
  });

  test('count towards the limit of all auth routes, too', async () => {
    const statuses = await withinAMinute(async () => {
      const address = randomAddress();
      await statusesOf(LIMITS.AUTH_RATE_LIMIT, () => anonymous(worker).get('/api/auth/session', from(address)));
      return (await signIn(address)).status;
    });
    assert.equal(statuses, 429);
  });
});

describe('The refresh route', () => {
  test('has a limit of its own: refreshes stop no sign-in, and sign-ins no refresh', async () => {
    const { refreshes, signInAfterwards, signIns, refreshAfterwards } = await withinAMinute(async () => {
      const [server, another] = [randomAddress(), randomAddress()];
      return {
        refreshes: await statusesOf(LIMITS.REFRESH_RATE_LIMIT + 1, () => refresh(server)),
        signInAfterwards: (await signIn(server)).status,
        signIns: await statusesOf(LIMITS.SIGNIN_RATE_LIMIT + 1, () => signIn(another)),
        refreshAfterwards: (await refresh(another)).status,
      };
    });
    assert.deepEqual(refreshes, [422, 422, 422, 422, 422, 429]);
    assert.equal(signInAfterwards, 422);
    assert.deepEqual(signIns, [422, 422, 422, 422, 429]);
    assert.equal(refreshAfterwards, 422);
  });
});

describe('All other routes', () => {
  test('count by session: a signed-out token does not use up the share of another session of its owner', async () => {
    const { revoked, owner } = await withinAMinute(async () => {
      const user = await signUp(worker);
      const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
      const stolen = new Caller(worker, body.access_token);
      assert.equal((await stolen.post('/api/auth/signout')).status, 204);
      return {
        revoked: await statusesOf(LIMITS.RESOURCE_RATE_LIMIT + 1, () => stolen.get('/api/tasks')),
        owner: await statusesOf(LIMITS.RESOURCE_RATE_LIMIT + 1, () => user.get('/api/tasks')),
      };
    });
    assert.deepEqual(revoked, [401, 401, 401, 401, 401, 401, 429]);
    assert.deepEqual(owner, [200, 200, 200, 200, 200, 200, 429]);
  });

  test('count by subject where a token has no session', async () => {
    const { statuses, another, other } = await withinAMinute(async () => {
      const sub = randomBytes(8).toString('hex');
      const token = (claims) => new Caller(worker, signToken({ exp: now() + 600, ...claims }, { secret: worker.secret }));
      return {
        statuses: await statusesOf(LIMITS.RESOURCE_RATE_LIMIT, () => token({ sub }).get('/api/tasks')),
        another: (await token({ sub, role: 'user' }).get('/api/tasks')).status,
        other: (await token({ sub: `${sub}x` }).get('/api/tasks')).status,
      };
    });
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.deepEqual([another, other], [429, 200]);
  });
});
