// The service binding leaves the log lines of a request, and counts against no rate limit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticate, BOUND, callText, odd, verify } from '../support/binding.mjs';
import { Caller, signUp } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';
import { rawConfig } from '../support/worker.mjs';

const strict = rawConfig.ratelimits.map((limiter) => ({ ...limiter, simple: { ...limiter.simple, limit: 5 } }));
const worker = useWorker({ ...BOUND, config: { ratelimits: strict } });

const lines = () => worker.log().split('\n').filter((line) => line.startsWith('{"event":"token_refused"')).map((line) => JSON.parse(line));

/** The lines of the calls of `work`. The log is written in order: once the last line is there, so are all before it. */
async function logged(work) {
  const before = lines().length;
  await work();
  const marker = `marker-${Math.random()}`;
  await verify(worker, `${Buffer.from(JSON.stringify({ alg: marker })).toString('base64url')}.e30.AAAA`);
  await worker.printed(new RegExp(`(algorithm ${marker} .*)\n`));
  return lines().slice(before, -1);
}

test('A rejected token leaves one line with the reason, without a client', async () => {
  const user = await signUp(worker);
  assert.equal((await user.post('/api/auth/signout')).status, 204);
  const expired = signToken({ sub: 'ada', exp: now() }, { secret: worker.secret });
  const REASONS = [['opaque', /^no dots/], [expired, /^expired/], [user.refreshToken, /^a refresh token/], [user.accessToken, /^the session has ended/]];
  for (const [token, reason] of REASONS) {
    for (const call of [() => verify(worker, token), () => authenticate(worker, `Bearer ${token}`)]) {
      const [{ request_id, reason: given, ...rest }, ...more] = await logged(call);
      assert.deepEqual([rest, more], [{ event: 'token_refused', client: '' }, []]);
      assert.match(given, reason);
      assert.match(request_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    }
  }
  // A longer text than any header is not even copied into WebAssembly.
  for (const credentials of [42, odd('129 KiB'), odd('30 MiB')]) {
    const [{ reason }] = await logged(() => verify(worker, credentials));
    assert.match(reason, /^not a text of at most 131072 characters/);
  }
});

test('There is no line where no Bearer token came, nor for a good one', async () => {
  const user = await signUp(worker);
  const silent = await logged(async () => {
    for (const header of [null, '', 'Basic dTpw', 'Bearer a b', `Bearer ${user.accessToken}`]) await authenticate(worker, header);
    await verify(worker, user.accessToken);
    await verify(worker, user.accessToken, { checkSession: false });
  });
  assert.deepEqual(silent, []);
  for (const text of [user.accessToken, user.refreshToken, user.email]) assert.ok(!worker.log().includes(text));
});

test('Calls count against no rate limit, neither the caller\'s own nor that of requests', async () => {
  const user = await signUp(worker);
  const calls = JSON.parse(await callText(worker, 'authenticate', [`Bearer ${user.accessToken}`], 40));
  assert.deepEqual(new Set(calls.map(({ ok }) => ok)), new Set([true]));
  assert.equal((await user.get('/api/tasks')).status, 200);
  const limited = await Promise.all(Array.from({ length: 10 }, () => new Caller(worker, user.accessToken).get('/api/tasks')));
  assert.ok(limited.some(({ status }) => status === 429), 'the limit of requests is in force');
  assert.equal((await verify(worker, user.accessToken)).ok, true);
});
