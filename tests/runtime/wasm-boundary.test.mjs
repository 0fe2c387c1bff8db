// How often each kind of request crosses the boundary between JavaScript and WebAssembly, which is what a Worker in Rust pays
// and one in JavaScript does not. The counts are exact, so that one more is noticed; lower a number that has become too high.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

let ada, task;
const worker = useWorker({ entry: 'wasm-boundary-entry.mjs' }, async () => {
  ada = await signUp(worker);
  for (const title of ['Mend the fence', 'Paint the fence', 'Sell the fence']) task = (await ada.post('/api/tasks', { title })).body.id;
});

/** Every crossing of the request, by function. */
const crossings = (response) => JSON.parse(response.headers.get('X-Boundary-Calls'));

const withoutSession = () => new Caller(worker, signToken({ sub: 'somebody', exp: now() + 600 }, { secret: worker.secret }));
const refresh = async () => {
  const response = await anonymous(worker).post('/api/auth/refresh', { refresh_token: ada.refreshToken });
  ada.refreshToken = response.body.refresh_token;
  return response;
};
const remove = async () => ada.delete(`/api/tasks/${(await ada.post('/api/tasks', { title: 'Forget it' })).body.id}`);

/** Each kind of request, and the crossings that it may take. */
const KINDS = {
  health: [8, () => ada.get('/api/health')],
  'no token': [9, () => anonymous(worker).get('/api/tasks')],
  'a token without a session': [18, () => withoutSession().get('/api/auth/session')],
  'a list': [41, () => ada.get('/api/tasks')],
  'a list with another page': [52, () => ada.get('/api/tasks?limit=2')],
  'one task': [33, () => ada.get(`/api/tasks/${task}`)],
  'a new task': [44, () => ada.post('/api/tasks', { title: 'Mend the gate', description: 'Both hinges' })],
  'a change': [47, () => ada.patch(`/api/tasks/${task}`, { completed: true })],
  'a deletion': [38, remove],
  // The Durable Object lives in the same isolate here, and its crossings count as well.
  'a sign-in': [131, () => anonymous(worker).post('/api/auth/signin', { email: ada.email, password: ada.password })],
  'a refresh': [53, refresh],
};

describe('The boundary between JavaScript and WebAssembly is crossed', () => {
  for (const [kind, [ceiling, ask]] of Object.entries(KINDS)) {
    test(`${ceiling} times for ${kind}`, async () => {
      // The first request of a kind may read what the isolate then keeps.
      await ask();
      const calls = crossings(await ask());
      const count = Object.values(calls).reduce((sum, times) => sum + times, 0);
      assert.equal(count, ceiling, JSON.stringify(calls, null, 2));
    });
  }

  test('as often for a page of many tasks as for one of few', async () => {
    const few = crossings(await ada.get('/api/tasks'));
    for (let made = 0; made < 40; made += 1) await ada.post('/api/tasks', { title: 'One of many' });
    assert.deepEqual(crossings(await ada.get('/api/tasks')), few);
  });
});
