// How often a request of a user who is at home in another database than DB waits for storage: as often as any user's, except where a
// step in one database must follow one in the other. tests/runtime/waits.test.mjs has every kind of request with DB alone.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous, randomEmail, signUp } from '../support/caller.mjs';
import { signIn } from '../support/device-tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const PASSWORD = 'Another horse 8 battery';

let ada, task;
const worker = useWorker({ entry: 'waits-entry.mjs', homes: 2, vars: { D1_OPEN: 'DB_2' } });
worker.onStart(async () => {
  ada = await signUp(worker);
  task = (await ada.post('/api/tasks', { title: 'Mend the fence' })).body.id;
});

const post = (path, json) => anonymous(worker).post(path, json);
const fresh = (ask) => async () => ask(await signUp(worker));

/** Each kind of request: its number of waits, its status, and how it is made. */
const KINDS = {
  'a list': [1, 200, () => ada.get('/api/tasks')],
  'one task': [1, 200, () => ada.get(`/api/tasks/${task}`)],
  'a new task': [1, 201, () => ada.post('/api/tasks', { title: 'Mend the gate' })],
  'a changed task': [1, 200, () => ada.patch(`/api/tasks/${task}`, { completed: true })],
  'a deleted task': [1, 200, async () => ada.delete(`/api/tasks/${(await ada.post('/api/tasks', { title: 'Forget it' })).body.id}`)],
  'the sessions': [1, 200, () => ada.get('/api/auth/sessions')],
  'a refresh, which asks both databases at once': [1, 200, fresh(({ refreshToken }) => post('/api/auth/refresh', { refresh_token: refreshToken }))],
  'a profile, which asks both at once': [1, 200, () => ada.get(`/api/users/${ada.userId}/profile`)],
  'a sign-out': [1, 204, fresh((user) => user.post('/api/auth/signout'))],
  'a sign-in': [2, 200, fresh((user) => signIn(worker, user, user.password))],
  'a sign-up, the session after the user': [2, 201, () => post('/api/auth/signup', { email: randomEmail(), password: PASSWORD })],
  'a changed profile, after the session': [2, 200, () => ada.patch(`/api/users/${ada.userId}/profile`, { name: 'Ada' })],
};

describe('Storage in two databases is waited for', () => {
  for (const [kind, [expected, status, ask]] of Object.entries(KINDS)) {
    test(`${expected} times for ${kind}`, async () => {
      assert.equal(ada.userId.slice(14, 18), '8002', 'at home in DB_2');
      const response = await ask();
      assert.equal(response.status, status, JSON.stringify(response.body));
      assert.equal(Number(response.headers.get('X-Waits')), expected);
    });
  }
});
