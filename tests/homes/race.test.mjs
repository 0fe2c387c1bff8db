// A user is in one database, sessions and tasks in another: no request that began before a deletion, a suspension or a new password
// may leave anything in the home, whichever of the two comes first.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callerOfIssuer, rowsOf } from '../support/admins.mjs';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { ask, FAULTY } from '../support/faults.mjs';
import { anotherSession, assertNotDue, NEW_PASSWORD, refresh } from '../support/homes.mjs';
import { seededRandom } from '../support/random.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const ROUNDS = 15;
const OVERTAKEN = 1_200;

let admin;
const worker = useWorker({ ...FAULTY, homes: 1, vars: { SIGNIN_MAX_ATTEMPTS: '100' } }, () => {
  admin = callerOfIssuer(worker, 'their admin', { role: 'admin' });
});
const database = useDatabase(worker);

/** What ends all sessions of a user, and what is left of a user with a task. */
const ENDS = {
  'a deletion by an administrator': { end: (user) => admin.delete(`/api/admin/users/${user.userId}`), left: {} },
  'a deletion by themselves': { end: (user) => user.post('/api/auth/account/delete', { password: user.password }), left: {} },
  'a suspension': { end: (user) => admin.patch(`/api/admin/users/${user.userId}`, { suspended: true }), left: { users: 1 } },
  'a change of the password': {
    end: (user) => user.post('/api/auth/password', { current_password: user.password, new_password: NEW_PASSWORD }), left: { users: 1, sessions: 1 },
  },
};
const REQUESTS = {
  signIn: ({ email, password }) => [anonymous(worker), { method: 'POST', path: '/api/auth/signin', body: { email, password } }],
  refresh: ({ refreshToken }) => [anonymous(worker), { method: 'POST', path: '/api/auth/refresh', body: { refresh_token: refreshToken } }],
  create: (user) => [user, { method: 'POST', path: '/api/tasks', body: { title: 'Too late' } }],
};

/** Whatever a request returned that the end came before, between or after: no token of it works. */
async function assertDead(user, name, response) {
  if (name === 'create') {
    if (response.status !== 201) assertRevoked(response);
    return;
  }
  if (response.status !== 200) {
    const expected = name === 'refresh' ? [[401, 'Invalid refresh token']] : [[401, 'Invalid credentials'], [403, 'Account suspended']];
    assert.ok(expected.some(([status, detail]) => status === response.status && detail === response.body.detail), JSON.stringify(response.body));
    return;
  }
  assertRevoked(await new Caller(worker, response.body.access_token).get('/api/tasks'));
  assertDetail(await refresh(worker, response.body.refresh_token), 401, 'Invalid refresh token');
}

async function assertLeft(user, left) {
  const { tasks: _, usage: __, ...rows } = await rowsOf(database, user.userId);
  assert.deepEqual(rows, left);
  if (left.users === undefined) assert.deepEqual(await rowsOf(database, user.userId), {});
  await assertNotDue(database, user);
}

for (const [name, { end, left }] of Object.entries(ENDS)) {
  describe(`After ${name}`, { timeout: 180_000 }, () => {
    test('no token works and nothing is left of requests at the same moment', async (t) => {
      const random = seededRandom();
      t.diagnostic(`SEED=${random.seed}`);
      for (let round = 0; round < ROUNDS; round += 1) {
        const user = await signUp(worker);
        const other = await anotherSession(worker, user);
        const begin = async (request) => {
          await sleep(random.below(80));
          return ask(...request);
        };
        const requests = ['signIn', 'refresh', 'create', 'create'].map(async (request) =>
          [request, await begin(REQUESTS[request](request === 'create' ? Object.assign(other, { email: user.email }) : user))]);
        await sleep(random.below(80));
        const ended = await end(user);
        assert.ok(ended.status < 300, JSON.stringify(ended.body));
        for (const [request, response] of await Promise.all(requests)) await assertDead(user, request, response);
        for (const session of [user, other]) assertRevoked(await session.get('/api/tasks'));
        await assertLeft(user, left);
      }
    });

    for (const request of Object.keys(REQUESTS)) {
      test(`no token works and nothing is left where it overtakes a ${request} on the way to the home`, async () => {
        const user = await signUp(worker);
        const other = await anotherSession(worker, user);
        const sent = REQUESTS[request](request === 'signIn' ? user : Object.assign(other, { email: user.email }));
        const response = ask(...sent, { DB_1: [{ wait: OVERTAKEN }, 'ok'] });
        await sleep(OVERTAKEN / 4);
        assert.ok((await end(user)).status < 300);
        await assertDead(user, request, await response);
        await assertLeft(user, left);
      });
    }
  });
}
