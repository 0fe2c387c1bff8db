// D1 failures on every route: an unavailable database is 503, a rejected statement is 500, reads are retried once, and a write that
// may have been executed never is. support/faulty-entry.mjs injects the failures in front of the built Worker.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { ask, assertNoCause, assertUnavailable, calls, FAULTY } from '../support/faults.mjs';
import { EMAIL_VARS, nthMessageTo, resetToken } from '../support/mailbox.mjs';
import { needsStorage, routes } from '../support/routes.mjs';
import { useWorker } from '../support/use-worker.mjs';

// D1's own messages (developers.cloudflare.com/d1/observability/debug-d1).
const UNAVAILABLE = [
  'D1_ERROR: Network connection lost.',
  'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
  'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
  'D1_ERROR: database is locked: SQLITE_BUSY',
  'Cannot resolve D1 DB due to transient issue on remote node.',
];
const REJECTED = [
  'D1_ERROR: no such table: tasks: SQLITE_ERROR',
  'D1_ERROR: near "SELEC": syntax error at offset 0: SQLITE_ERROR',
  'D1_ERROR: CHECK constraint failed: role IN (1): SQLITE_CONSTRAINT',
  'D1_ERROR: database disk image is malformed: SQLITE_CORRUPT',
];

let ada, task;
/** A token of a link of each kind. */
const links = {};
const worker = useWorker({ ...FAULTY, vars: { ...FAULTY.vars, ...EMAIL_VARS } }, async () => {
  ada = await signUp(worker);
  task = (await ada.post('/api/tasks', { title: 'Mend the fence' })).body.id;
  links.reset = await resetToken(worker, ada.email);
  await ada.post('/api/auth/email/verification');
  links.verify = (await nthMessageTo(worker, ada.email, 2)).token;
  const email = randomEmail();
  await ada.post('/api/auth/email', { email, password: ada.password });
  links.confirm = (await nthMessageTo(worker, email)).token;
});

/** The body of a valid request to a route; sign-ups use a new address each time. */
const BODIES = {
  'POST /api/auth/signup': () => ({ email: randomEmail(), password: GOOD_PASSWORD }),
  'POST /api/auth/signin': () => ({ email: randomEmail(), password: GOOD_PASSWORD }),
  'POST /api/auth/password': () => ({ current_password: GOOD_PASSWORD, new_password: 'Another horse 8 battery' }),
  'POST /api/auth/password/forgot': () => ({ email: randomEmail() }),
  'POST /api/auth/password/reset': () => ({ token: links.reset, password: 'Another horse 8 battery' }),
  'POST /api/auth/email': () => ({ email: randomEmail(), password: GOOD_PASSWORD }),
  'POST /api/auth/email/verify': () => ({ token: links.verify }),
  'POST /api/auth/email/confirm': () => ({ token: links.confirm }),
  'POST /api/auth/account/delete': () => ({ password: GOOD_PASSWORD }),
  'POST /api/auth/refresh': () => ({ refresh_token: ada.refreshToken }),
  'POST /auth/register': () => ({ email: randomEmail(), password: GOOD_PASSWORD, name: 'Grace' }),
  'POST /auth/token': () => new URLSearchParams({ username: randomEmail(), password: GOOD_PASSWORD }).toString(),
  'POST /auth/revoke': () => new URLSearchParams({ token: ada.refreshToken }).toString(),
};

function validRequest({ method, path }) {
  const body = BODIES[`${method} ${path}`]?.() ?? (/^(POST|PUT|PATCH)$/.test(method) ? { title: 'Paint the fence' } : undefined);
  return { method, path, body };
}

/** A valid request to every route that uses the database. */
function storageRequests() {
  return routes({ user: ada.userId, task }).filter(needsStorage).map(validRequest);
}

const READS = ['GET', 'HEAD'];
/** These write only after they have read. */
const READ_FIRST = [
  '/api/auth/account/delete', '/api/auth/email', '/api/auth/email/confirm', '/api/auth/email/verification', '/api/auth/password',
  '/api/auth/password/forgot', '/api/auth/password/reset', '/api/auth/signin', '/auth/token',
];
const isRead = ({ method, path }) => READS.includes(method) || READ_FIRST.includes(path);

describe('An unavailable database', () => {
  test('makes every route 503, reads after one retry and writes without a retry', async () => {
    for (const request of storageRequests()) {
      const response = await ask(ada, request, { DB: [{ error: UNAVAILABLE[0] }] });
      assertUnavailable(response, request);
      assert.equal(calls(response).DB, isRead(request) ? 2 : 1, `${request.method} ${request.path}`);
    }
  });

  test('is recognised by each message of D1, and none reaches the client', async () => {
    for (const error of UNAVAILABLE) {
      const [read, write] = [
        await ask(ada, { method: 'GET', path: '/api/tasks' }, { DB: [{ error }] }),
        await ask(ada, { method: 'POST', path: '/api/tasks', body: { title: 'Never' } }, { DB: [{ error }] }),
      ];
      assertUnavailable(read, error);
      assertUnavailable(write, error);
    }
  });

  test('for a single call is hidden by the retry of a read', async () => {
    for (const request of storageRequests().filter(({ method }) => READS.includes(method))) {
      const response = await ask(ada, request, { DB: [{ error: UNAVAILABLE[0] }, 'ok'] });
      assert.equal(response.status, request.path.startsWith('/api/admin/') ? 403 : 200, request.path);
      assert.equal(calls(response).DB, 2);
    }
  });

  test('is 503 even for an invalid request, since the session could not be checked', async () => {
    for (const [method, path, body] of [
      ['POST', '/api/tasks', {}], ['GET', '/api/tasks?limit=0'], ['GET', '/api/tasks/none'], ['GET', '/api/users/somebody/todos'],
      ['GET', '/api/users/somebody/profile'], ['GET', '/api/admin/users?limit=0'],
    ]) {
      assertUnavailable(await ask(ada, { method, path, body }, { DB: [{ error: UNAVAILABLE[0] }] }), path);
    }
  });

  test('does not affect requests that need no storage', async () => {
    const down = { DB: [{ error: UNAVAILABLE[0] }], SIGNIN_LIMITER: [{ error: UNAVAILABLE[0] }] };
    assert.equal((await ask(anonymous(worker), { method: 'GET', path: '/api/health' }, down)).status, 200);
    assert.equal((await ask(anonymous(worker), { method: 'GET', path: '/api/tasks' }, down)).status, 401);
    assert.equal((await ask(ada, { method: 'GET', path: '/nowhere' }, down)).status, 404);
    assert.equal((await ask(anonymous(worker), { method: 'POST', path: '/api/auth/signup', body: {} }, down)).status, 422);
    const { status, body } = await ask(anonymous(worker), { method: 'GET', path: '/api/auth/session' }, down);
    assert.deepEqual({ status, body }, { status: 200, body: { user: null } });
  });
});

describe('A database that rejects the statement', () => {
  test('makes every route 500 without a retry and without the cause', async () => {
    for (const request of storageRequests()) {
      const response = await ask(ada, request, { DB: [{ error: REJECTED[0] }] });
      assert.equal(response.status, 500, `${request.method} ${request.path}`);
      if (request.method !== 'HEAD') assertDetail(response, 500, 'Internal Server Error');
      assertNoCause(response);
      assert.equal(response.headers.get('Retry-After'), null);
      assert.equal(calls(response).DB, 1, `${request.method} ${request.path}`);
    }
  });

  test('is recognised by each message of SQLite, which is logged with the request id of the response', { timeout: 60_000 }, async () => {
    for (const error of REJECTED) {
      const response = await ask(ada, { method: 'GET', path: '/api/tasks' }, { DB: [{ error }] });
      assertDetail(response, 500, 'Internal Server Error');
      const line = await worker.printed(new RegExp(`^(\\{.*"request_id":"${response.headers.get('X-Request-Id')}".*\\})$`, 'm'));
      const { event, cause } = JSON.parse(line);
      assert.equal(event, 'unhandled_error');
      assert.ok(cause.includes(error), cause);
    }
  });
});

test('a failed request does not affect the next one', async () => {
  for (const request of storageRequests().filter(({ path }) => !/refresh|signout/.test(path))) {
    await ask(ada, request, { DB: [{ error: UNAVAILABLE[0] }], SIGNIN_LIMITER: [{ error: UNAVAILABLE[0] }] });
    assert.equal((await ada.get(`/api/tasks/${task}`)).status, 200);
  }
  assert.equal((await ada.get(`/api/tasks/${randomUUID()}`)).status, 404);
});
