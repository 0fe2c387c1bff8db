// D1 results of an unexpected shape: the service returns its own error, treats none of them as a success, and serves the next
// request. `answer` is the column that the service's statements return.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { ask, FAULTY } from '../support/faults.mjs';
import { useWorker } from '../support/use-worker.mjs';

const MALFORMED = [
  5, true, 'nonsense', {}, [], [[5]], [[{}]], [5, 'x'], [null], [{}, {}, {}], { results: 5 }, { answer: 7 }, { answer: {} },
  [{ success: true, results: [{ answer: 5 }] }, { success: true, results: [{ answer: {} }] }],
  [{ success: true, results: null }, { success: true, results: null }, { success: true, results: null }],
  { id: 5, email: null, role: [], password_hash: {} },
  { id: '', email: 'a@example.com', role: 'user', password_hash: 'no PHC string' },
];

let ada, task;
const worker = useWorker({ ...FAULTY, vars: { SIGNIN_MAX_ATTEMPTS: '1000' } }, async () => {
  ada = await signUp(worker);
  task = (await ada.post('/api/tasks', { title: 'Make sense' })).body;
});

/** Requests that must not return 2xx, except for `empty` if the result reads as having no rows. */
const requests = () => [
  { method: 'GET', path: '/api/tasks', empty: [] },
  { method: 'GET', path: `/api/tasks/${task.id}` },
  { method: 'POST', path: '/api/tasks', body: { title: 'Nonsense' } },
  { method: 'PATCH', path: `/api/tasks/${task.id}`, body: { title: 'Nonsense' } },
  { method: 'DELETE', path: `/api/tasks/${task.id}` },
  { method: 'GET', path: `/api/users/${ada.userId}/profile` },
  { method: 'GET', path: '/api/admin/users', empty: [] },
  { method: 'GET', path: '/api/auth/session', empty: { user: null } },
  { method: 'POST', path: '/api/auth/signin', body: { email: ada.email, password: ada.password } },
  { method: 'POST', path: '/api/auth/refresh', body: { refresh_token: ada.refreshToken } },
  { method: 'POST', path: '/auth/register', body: { email: randomEmail(), password: GOOD_PASSWORD, name: 'Grace' } },
];

for (const result of MALFORMED) {
  test(`${JSON.stringify(result)} is no success and does not affect the next request`, async () => {
    for (const request of requests()) {
      const what = `${request.method} ${request.path}`;
      const response = await ask(ada, request, { DB: [{ result }] });
      if (response.status < 300) assert.deepEqual(response.body, request.empty, what);
    }
    assert.deepEqual((await ada.get('/api/tasks')).body, [task]);
    const { email, password } = ada;
    assert.equal((await anonymous(worker).post('/api/auth/signin', { email, password })).status, 200);
  });
}

test('no malformed result crashed the Worker', () => {
  assert.doesNotMatch(worker.log(), /Critical|Reinitializing|panicked|canceled this request/);
});
