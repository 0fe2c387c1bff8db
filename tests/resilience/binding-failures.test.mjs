// The service binding under failures: how often it asks D1, what another Worker receives where D1 or the Worker itself fails, and
// that it never throws.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { BOUND, callText, rejected, verify } from '../support/binding.mjs';
import { signUp } from '../support/caller.mjs';
import { debugBundle } from '../support/debug-bundle.mjs';
import { FAULTY } from '../support/faults.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const FAILED = '{"ok":false,"status":500,"detail":"Internal Server Error"}';
const UNAVAILABLE = '{"ok":false,"status":503,"detail":"Service Unavailable"}';

describe('With faults of D1', () => {
  let user;
  const worker = useWorker({ ...BOUND, ...FAULTY }, async () => {
    user = await signUp(worker);
  });
  const ours = (claims) => signToken({ sub: 'ada', exp: now() + 600, ...claims }, { secret: worker.secret });

  /** The number of D1's calls, and the result as text. */
  async function ask(token, { faults = ['ok'], ...options } = {}) {
    const both = [await callText(worker, 'verify', [token, { ...options, faults }]), await callText(worker, 'authenticate', [`Bearer ${token}`, { ...options, faults }])];
    assert.equal(both[0], both[1]);
    const [, calls, result] = /^\{"calls":(\d+),"result":(.*)\}$/.exec(both[0]);
    return { calls: Number(calls), result };
  }

  test('one query checks a session, and none is made where there is nothing to check', async () => {
    const calls = async (...args) => (await ask(...args)).calls;
    assert.equal(await calls(user.accessToken), 1);
    assert.equal(await calls(user.accessToken, { checkSession: true }), 1);
    assert.equal(await calls(user.accessToken, { checkSession: false }), 0);
    assert.equal(await calls(ours()), 0);
    for (const bad of ['token', ours({ exp: now() }), `${user.accessToken}x`, user.refreshToken]) assert.equal(await calls(bad), 0);
  });

  test('the query is repeated once where D1 is unavailable, then the status is 503', async () => {
    const unreachable = { error: 'D1_ERROR: Network connection lost.' };
    const recovered = await ask(user.accessToken, { faults: [unreachable, 'ok'] });
    assert.equal(recovered.calls, 2);
    assert.equal(JSON.parse(recovered.result).user.id, user.userId);
    assert.deepEqual(await ask(user.accessToken, { faults: [unreachable] }), { calls: 2, result: UNAVAILABLE });
    await worker.printed(/("event":"unhandled_error","cause":"[^"]*Network connection lost[^"]*","request_id":"[0-9a-f-]{36}")/);
    assert.equal(JSON.parse((await ask(user.accessToken, { faults: [unreachable], checkSession: false })).result).ok, true);
  });

  test('an error of SQL and a result of another shape are 500, without their text in result or log', async () => {
    for (const fault of [{ error: 'D1_ERROR: no such column: secret_of_ada: SQLITE_ERROR' }, ...['no JSON of secret_of_ada', 1, { id: 'x' }, ['x']].map((row) => ({ result: [[row]] })), { result: 'text' }]) {
      assert.deepEqual(await ask(user.accessToken, { faults: [fault] }), { calls: 1, result: FAILED }, JSON.stringify(fault));
    }
    await worker.printed(/("event":"unhandled_error","cause":"a row of an unexpected shape")/);
    assert.ok(!worker.log().includes('no JSON of secret_of_ada'));
    assert.equal(JSON.parse((await ask(user.accessToken)).result).ok, true);
  });
});

describe('After a panic', { timeout: 900_000 }, () => {
  let user;
  const worker = useWorker(async () => ({ ...BOUND, bundle: await debugBundle() }), async () => {
    user = await signUp(worker);
  });

  for (const [when, panic] of [['at once', '/debug/panic'], ['after an await', '/debug/panic/later']]) {
    test(`${when}, the status is 500 and the next call finds a fresh instance`, async () => {
      for (let time = 0; time < 3; time += 1) {
        assert.equal(await callText(worker, 'verify', [panic]), FAILED);
        assert.equal((await verify(worker, user.accessToken)).ok, true);
        assert.deepEqual(await verify(worker, `${user.accessToken}x`), rejected('Invalid token'));
      }
      assert.equal(await callText(worker, 'verify', [panic], 10), `[${Array(10).fill(FAILED)}]`);
      assert.equal((await user.get('/api/tasks')).status, 200);
    });
  }

  test('the log has its location', async () => {
    await callText(worker, 'verify', ['/debug/panic']);
    await worker.printed(/panicked at (src\/debug\.rs:\d+)/);
  });
});

describe('With invalid settings', () => {
  const secret = randomBytes(16).toString('hex').slice(1);
  const worker = useWorker({ ...BOUND, vars: { JWT_SECRET: secret } });

  test('the status is 500 for every call, and the log says which setting and why', async () => {
    const token = signToken({ sub: 'ada', exp: now() + 600 }, { secret });
    for (const options of [{}, { checkSession: false }]) {
      for (const credentials of [token, 'token', null]) assert.equal(await callText(worker, 'verify', [credentials, options]), FAILED);
      for (const credentials of [`Bearer ${token}`, null, 42]) assert.equal(await callText(worker, 'authenticate', [credentials, options]), FAILED);
    }
    const line = await worker.printed(/({"event":"settings_refused".*})/);
    const { cause, request_id } = JSON.parse(line);
    assert.match(cause, /JWT_SECRET.*32 bytes/);
    assert.match(request_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });
});
