// Storage that is away or broken: every route says so, none claims a success that is none, and nothing is tried twice that
// may have been carried out. D1 and the Durable Object fail as support/faulty-entry.mjs lets them, in front of the built Worker.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { ask, assertNoCause, assertUnavailable, calls, FAULTY } from '../support/faults.mjs';
import { needsStorage, routes } from '../support/routes.mjs';
import { useWorker } from '../support/use-worker.mjs';

// As D1 words them (developers.cloudflare.com/d1/observability/debug-d1).
const AWAY = [
  'D1_ERROR: Network connection lost.',
  'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
  'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
  'D1_ERROR: database is locked: SQLITE_BUSY',
  'Cannot resolve D1 DB due to transient issue on remote node.',
];
const BROKEN = [
  'D1_ERROR: no such table: tasks: SQLITE_ERROR',
  'D1_ERROR: near "SELEC": syntax error at offset 0: SQLITE_ERROR',
  'D1_ERROR: CHECK constraint failed: role IN (1): SQLITE_CONSTRAINT',
  'D1_ERROR: database disk image is malformed: SQLITE_CORRUPT',
];

let ada, task;
const worker = useWorker(FAULTY, async () => {
  ada = await signUp(worker);
  task = (await ada.post('/api/tasks', { title: 'Mend the fence' })).body.id;
});

/** What a good request to a route sends; each time for somebody else, where it makes somebody. */
const BODIES = {
  'POST /api/auth/signup': () => ({ email: randomEmail(), password: GOOD_PASSWORD }),
  'POST /api/auth/signin': () => ({ email: randomEmail(), password: GOOD_PASSWORD }),
  'POST /api/auth/refresh': () => ({ refresh_token: ada.refreshToken }),
  'POST /auth/register': () => ({ email: randomEmail(), password: GOOD_PASSWORD, name: 'Grace' }),
  'POST /auth/token': () => new URLSearchParams({ username: randomEmail(), password: GOOD_PASSWORD }).toString(),
};

function good({ method, path }) {
  const body = BODIES[`${method} ${path}`]?.() ?? (/^(POST|PUT|PATCH)$/.test(method) ? { title: 'Paint the fence' } : undefined);
  return { method, path, body };
}

/** Every route that uses the database, with a request that would be served. */
function served() {
  return routes({ user: ada.userId, task }).filter(needsStorage).map(good);
}

const READS = ['GET', 'HEAD'];
const isRead = ({ method, path }) => READS.includes(method) || path === '/api/auth/signin' || path === '/auth/token';

describe('A database that is away', () => {
  test('makes every route 503, reads after a second try, writes after the first', async () => {
    for (const request of served()) {
      const response = await ask(ada, request, { DB: [{ error: AWAY[0] }] });
      assertUnavailable(response, request);
      assert.equal(calls(response).DB, isRead(request) ? 2 : 1, `${request.method} ${request.path}`);
    }
  });

  test('is known by whatever D1 may say, and none of it reaches the client', async () => {
    for (const error of AWAY) {
      const [read, write] = [
        await ask(ada, { method: 'GET', path: '/api/tasks' }, { DB: [{ error }] }),
        await ask(ada, { method: 'POST', path: '/api/tasks', body: { title: 'Never' } }, { DB: [{ error }] }),
      ];
      assertUnavailable(read, error);
      assertUnavailable(write, error);
    }
  });

  test('for one call goes unnoticed where something is read', async () => {
    for (const request of served().filter(({ method }) => READS.includes(method))) {
      if (request.path === '/api/admin/users') continue;
      const response = await ask(ada, request, { DB: [{ error: AWAY[0] }, 'ok'] });
      assert.equal(response.status, 200, request.path);
      assert.equal(calls(response).DB, 2);
    }
    const admin = await ask(ada, { method: 'GET', path: '/api/admin/users' }, { DB: [{ error: AWAY[0] }, 'ok'] });
    assertDetail(admin, 403, 'Admin access required');
  });

  test('keeps a broken request from being judged: a token is not known to be good', async () => {
    for (const [method, path, body] of [
      ['POST', '/api/tasks', {}], ['GET', '/api/tasks?limit=0'], ['GET', '/api/tasks/none'], ['GET', '/api/users/somebody/todos'],
      ['GET', '/api/users/somebody/profile'], ['GET', '/api/admin/users?limit=0'],
    ]) {
      assertUnavailable(await ask(ada, { method, path, body }, { DB: [{ error: AWAY[0] }] }), path);
    }
  });

  test('matters to nobody whom it is not asked about', async () => {
    const down = { DB: [{ error: AWAY[0] }], SIGNIN_LIMITER: [{ error: AWAY[0] }] };
    assert.equal((await ask(anonymous(worker), { method: 'GET', path: '/api/health' }, down)).status, 200);
    assert.equal((await ask(anonymous(worker), { method: 'GET', path: '/api/tasks' }, down)).status, 401);
    assert.equal((await ask(ada, { method: 'GET', path: '/nowhere' }, down)).status, 404);
    assert.equal((await ask(anonymous(worker), { method: 'POST', path: '/api/auth/signup', body: {} }, down)).status, 422);
    const { status, body } = await ask(anonymous(worker), { method: 'GET', path: '/api/auth/session' }, down);
    assert.deepEqual({ status, body }, { status: 200, body: { user: null } });
  });
});

describe('A database that refuses the statement', () => {
  test('makes every route 500, at once and without a word of the cause', async () => {
    for (const request of served()) {
      const response = await ask(ada, request, { DB: [{ error: BROKEN[0] }] });
      assert.equal(response.status, 500, `${request.method} ${request.path}`);
      if (request.method !== 'HEAD') assertDetail(response, 500, 'Internal Server Error');
      assertNoCause(response);
      assert.equal(response.headers.get('Retry-After'), null);
      assert.equal(calls(response).DB, 1, `${request.method} ${request.path}`);
    }
  });

  test('is known by whatever SQLite may say, and the log holds it under the id that the client sees', { timeout: 60_000 }, async () => {
    for (const error of BROKEN) {
      const response = await ask(ada, { method: 'GET', path: '/api/tasks' }, { DB: [{ error }] });
      assertDetail(response, 500, 'Internal Server Error');
      const line = await worker.printed(new RegExp(`^(\\{.*"request_id":"${response.headers.get('X-Request-Id')}".*\\})$`, 'm'));
      const { event, cause } = JSON.parse(line);
      assert.equal(event, 'unhandled_error');
      assert.ok(cause.includes(error), cause);
    }
  });
});

test('A request that failed leaves the next one alone', async () => {
  for (const request of served().filter(({ path }) => !/refresh|signout/.test(path))) {
    await ask(ada, request, { DB: [{ error: AWAY[0] }], SIGNIN_LIMITER: [{ error: AWAY[0] }] });
    assert.equal((await ada.get(`/api/tasks/${task}`)).status, 200);
  }
  assert.equal((await ada.get(`/api/tasks/${randomUUID()}`)).status, 404);
});
