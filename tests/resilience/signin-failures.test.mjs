// Sign-in without the limiter: if the Durable Object cannot count an attempt, nobody signs in, since an uncounted guess would bypass the
// limit, and no response reveals whether the password was right. If it only cannot clear the count, the session is good.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous, Caller, randomEmail, signUp } from '../support/caller.mjs';
import { ask, assertUnavailable, calls, FAULTY } from '../support/faults.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const WRONG = 'Wrong horse 8 battery';
const LOST = 'Network connection lost.';
/** What an unreachable, overloaded or failing Durable Object returns or throws. */
const FAULTS = [
  { error: LOST }, { error: 'Durable Object is overloaded. Too many requests queued.' }, { error: 'Internal error in Durable Object storage write' },
  { error: 'The Durable Object\'s code has been updated, this version can no longer access storage.' },
  { status: 500 }, { status: 503 }, { status: 404 }, { status: 200 }, { status: 429 }, { status: 429, headers: { 'Retry-After': 'soon' } },
  { lost: LOST },
];

const worker = useWorker(FAULTY);
const database = useDatabase(worker);

/** Both sign-in routes, for one account. */
const signIns = (email, password) => [
  { method: 'POST', path: '/api/auth/signin', body: { email, password } },
  { method: 'POST', path: '/auth/token', body: new URLSearchParams({ username: email, password }).toString() },
];

const isSignedIn = async (user) => (await user.get('/api/tasks')).status === 200;

async function sessionsOf(user) {
  const { sessions } = await database.prepare('SELECT count(*) AS sessions FROM sessions WHERE user_id = ?').bind(user.userId).first();
  return sessions;
}

describe('A failing limiter', () => {
  test('makes every sign-in 503 before the password is checked', async () => {
    for (const fault of FAULTS) {
      const user = await signUp(worker);
      for (const request of [...signIns(user.email, user.password), ...signIns(user.email, WRONG), ...signIns(randomEmail(), WRONG)]) {
        const response = await ask(anonymous(worker), request, { SIGNIN_LIMITER: [fault] });
        assertUnavailable(response, [fault, request]);
        assert.deepEqual(calls(response), { DB: 1, SIGNIN_LIMITER: 1 }, JSON.stringify(fault));
      }
    }
  });

  test('makes the same response for the right password, a wrong one and an unknown address', async () => {
    const user = await signUp(worker);
    for (const route of [0, 1]) {
      const responses = [];
      for (const [email, password] of [[user.email, user.password], [user.email, WRONG], [randomEmail(), WRONG]]) {
        const request = signIns(email, password)[route];
        const { status, headers, body } = await ask(anonymous(worker), request, { SIGNIN_LIMITER: [{ error: LOST }] });
        const visible = Object.fromEntries([...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)));
        responses.push({ status, body, visible });
      }
      for (const response of responses) assert.deepEqual(response, responses[0]);
    }
  });

  test('still counts attempts whose response was lost', async () => {
    const user = await signUp(worker);
    const [signIn] = signIns(user.email, user.password);
    for (let attempt = 0; attempt < 5; attempt += 1) await ask(anonymous(worker), signIn, { SIGNIN_LIMITER: [{ lost: LOST }] });
    assert.equal((await ask(anonymous(worker), signIn)).status, 429);
  });

  test('affects neither existing sessions nor sign-up', async () => {
    const user = await signUp(worker);
    const down = { SIGNIN_LIMITER: [{ error: LOST }] };
    assert.equal((await ask(user, { method: 'GET', path: '/api/tasks' }, down)).status, 200);
    assert.equal((await ask(user, { method: 'POST', path: '/api/auth/refresh', body: { refresh_token: user.refreshToken } }, down)).status, 200);
    const signUpRequest = { method: 'POST', path: '/api/auth/signup', body: { email: randomEmail(), password: user.password } };
    assert.equal((await ask(anonymous(worker), signUpRequest, down)).status, 201);
  });
});

describe('A sign-in that fails halfway', () => {
  /** The step that fails, and the fault. */
  const HALFWAY = [
    ['at the account look-up', { DB: [{ error: LOST }] }],
    ['at creating the session', { DB: ['ok', { error: LOST }] }],
  ];
  for (const [where, faults] of HALFWAY) {
    test(`${where} creates no session and returns no token`, async () => {
      const user = await signUp(worker);
      for (const request of signIns(user.email, user.password)) assertUnavailable(await ask(anonymous(worker), request, faults), where);
      assert.equal(await sessionsOf(user), 1, 'only the session of the sign-up');
      assert.ok(await isSignedIn(user));
      for (const request of signIns(user.email, user.password)) assert.equal((await ask(anonymous(worker), request)).status, 200);
    });
  }

  test('at clearing the attempts opens the session all the same, and the attempts stay counted', async () => {
    for (const fault of [{ error: LOST }, { status: 500 }, { status: 429, headers: { 'Retry-After': '5' } }]) {
      const user = await signUp(worker);
      const [signIn, grant] = signIns(user.email, user.password);
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const response = await ask(anonymous(worker), attempt % 2 === 0 ? signIn : grant, { SIGNIN_LIMITER: ['ok', fault] });
        assert.equal(response.status, 200, JSON.stringify(fault));
        assert.ok(await isSignedIn(new Caller(worker, response.body.access_token)));
      }
      assert.equal(await sessionsOf(user), 6, 'the session of the sign-up, and five');
      assert.equal((await ask(anonymous(worker), signIn)).status, 429);
    }
    const line = await worker.printed(/({"event":"unhandled_error","cause":"the sign-in limiter: [^"]*Network connection lost.*})/);
    assert.match(JSON.parse(line).request_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test('at the account look-up is the same for an address without an account', async () => {
    const away = { DB: [{ error: LOST }] };
    for (const request of signIns(randomEmail(), WRONG)) assertUnavailable(await ask(anonymous(worker), request, away));
  });

  test('succeeds without an extra attempt if only the look-up was retried', async () => {
    const user = await signUp(worker);
    for (const request of signIns(user.email, user.password)) {
      const response = await ask(anonymous(worker), request, { DB: [{ error: LOST }, 'ok'] });
      assert.equal(response.status, 200);
      assert.deepEqual(calls(response), { DB: 3, SIGNIN_LIMITER: 2 });
    }
  });
});
