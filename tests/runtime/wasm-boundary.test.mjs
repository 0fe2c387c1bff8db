// Calls across the boundary between JavaScript and WebAssembly for each kind of request: the cost that a Worker in Rust has and one in
// JavaScript does not. The counts are exact, so that an additional call fails; lower a number when the code needs fewer.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { createKey, goodClaims } from '../support/issuer.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

let ada, task;
const ISSUER = 'https://id.example.com';
const issuerKey = createKey('EdDSA', 'key');
const vars = { TRUSTED_ISSUERS: JSON.stringify([{ issuer: ISSUER, jwks: { keys: [issuerKey.jwk] }, audience: 'tasks' }]) };
const worker = useWorker({ entry: 'wasm-boundary-entry.mjs', vars }, async () => {
  ada = await signUp(worker);
  for (const title of ['Mend the fence', 'Paint the fence', 'Sell the fence']) task = (await ada.post('/api/tasks', { title })).body.id;
});

/** The boundary calls of the request, by function. */
const boundaryCalls = (response) => JSON.parse(response.headers.get('X-Boundary-Calls'));

const withoutSession = () => new Caller(worker, signToken({ sub: 'somebody', exp: now() + 600 }, { secret: worker.secret }));
const refresh = async () => {
  const response = await anonymous(worker).post('/api/auth/refresh', { refresh_token: ada.refreshToken });
  ada.refreshToken = response.body.refresh_token;
  return response;
};
const issuersToken = (claims) => issuerKey.token(goodClaims(ISSUER, claims));
const seenToken = issuersToken();
const remove = async () => ada.delete(`/api/tasks/${(await ada.post('/api/tasks', { title: 'Forget it' })).body.id}`);

/** Each kind of request, and its number of boundary calls. */
const KINDS = {
  health: [8, () => ada.get('/api/health')],
  'no token': [9, () => anonymous(worker).get('/api/tasks')],
  'a token without a session': [18, () => withoutSession().get('/api/auth/session')],
  'a new token of a trusted issuer': [25, () => new Caller(worker, issuersToken({ jti: randomUUID() })).get('/api/auth/session')],
  'a token of a trusted issuer that is seen again': [19, () => new Caller(worker, seenToken).get('/api/auth/session')],
  'a list': [39, () => ada.get('/api/tasks')],
  'a list with another page': [49, () => ada.get('/api/tasks?limit=2')],
  'one task': [33, () => ada.get(`/api/tasks/${task}`)],
  'a new task': [44, () => ada.post('/api/tasks', { title: 'Mend the gate', description: 'Both hinges' })],
  'a change': [47, () => ada.patch(`/api/tasks/${task}`, { completed: true })],
  'a deletion': [38, remove],
  // The Durable Object runs in the same isolate here, so its calls are included.
  'a sign-in': [142, () => anonymous(worker).post('/api/auth/signin', { email: ada.email, password: ada.password })],
  'a sign-in on a known device': [166, () => anonymous(worker).post('/api/auth/signin', { email: ada.email, password: ada.password, device_token: ada.deviceToken })],
  'a refresh': [53, refresh],
};

describe('The boundary between JavaScript and WebAssembly is crossed', () => {
  for (const [kind, [expected, ask]] of Object.entries(KINDS)) {
    test(`${expected} times for ${kind}`, async () => {
      // The first request of a kind may fill caches of the isolate.
      await ask();
      const calls = boundaryCalls(await ask());
      const count = Object.values(calls).reduce((sum, times) => sum + times, 0);
      assert.equal(count, expected, JSON.stringify(calls, null, 2));
    });
  }

  test('as often for a page of many tasks as for one of few', async () => {
    const few = boundaryCalls(await ada.get('/api/tasks'));
    for (let made = 0; made < 40; made += 1) await ada.post('/api/tasks', { title: 'One of many' });
    assert.deepEqual(boundaryCalls(await ada.get('/api/tasks')), few);
  });
});
