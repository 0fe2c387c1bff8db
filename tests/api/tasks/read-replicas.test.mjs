// D1 read replication behind `D1_READ_REPLICATION`: which requests a replica may serve, and how a client that sends bookmarks
// reads its own writes. Miniflare has one database and no lag, so support/replica-entry.mjs simulates the lag.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { useWorker, withWorker } from '../../support/use-worker.mjs';

const entry = 'replica-entry.mjs';
const ORIGIN = 'https://app.example.com';
const PRIMARY = ['first-primary'];

const bookmarkOf = (response) => response.headers.get('X-D1-Bookmark');
const sessionsOf = (response) => JSON.parse(response.headers.get('X-Sessions'));
const withBookmark = (bookmark, headers) => ({ headers: { 'X-D1-Bookmark': bookmark, ...headers } });

describe('With read replication', () => {
  let ada, task, bookmark;
  const worker = useWorker({ entry, vars: { D1_READ_REPLICATION: 'true', ALLOWED_ORIGINS: ORIGIN } }, async () => {
    ada = await signUp(worker);
    const created = await ada.post('/api/tasks', { title: 'Mend the fence' });
    [task, bookmark] = [created.body, bookmarkOf(created)];
    assert.match(bookmark ?? '', /^[0-9a-f-]+$/);
  });

  const reads = () => ['/api/tasks', '/tasks?limit=1', `/api/tasks/${task.id}`, `/api/users/${ada.userId}/todos`];

  test('a write goes to the primary and returns its bookmark, whatever bookmark the request has', async () => {
    const path = `/api/tasks/${task.id}`;
    const { body } = await ada.post('/api/tasks', { title: 'Forget it' });
    for (const response of [
      await ada.post('/api/tasks', { title: 'Paint the fence' }, withBookmark(bookmark)),
      await ada.put(path, { completed: true }, withBookmark(bookmark)),
      await ada.patch(path, { completed: false }),
      await ada.delete(`/api/tasks/${body.id}`, withBookmark(bookmark)),
    ]) {
      assert.deepEqual(sessionsOf(response), PRIMARY);
      assert.ok(bookmarkOf(response) >= bookmark, 'bookmarks sort by time');
    }
  });

  test('a read with a bookmark starts from it, sees the write, and returns the next bookmark', async () => {
    const written = await ada.post('/api/tasks', { title: 'Read me' });
    const newest = bookmarkOf(written);
    const one = await ada.get(`/api/tasks/${written.body.id}`, withBookmark(newest));
    assert.deepEqual([one.body, sessionsOf(one)], [written.body, [newest]]);
    const list = await ada.get('/api/tasks', withBookmark(bookmarkOf(one)));
    assert.ok(list.body.some(({ id }) => id === written.body.id));
    assert.deepEqual(sessionsOf(list), [bookmarkOf(one)]);
    assert.ok(bookmarkOf(list) >= newest);
  });

  test('a read without a bookmark goes to the primary, so that such a client reads its own writes too', async () => {
    for (const path of reads()) {
      const response = await ada.get(path);
      assert.equal(response.status, 200);
      assert.deepEqual(sessionsOf(response), PRIMARY, path);
      assert.ok(bookmarkOf(response), path);
    }
  });

  test('a malformed bookmark is ignored, and so is a constraint of the Sessions API', async () => {
    for (const text of ['first-unconstrained', 'first-primary', 'latest', 'a'.repeat(129), '"\'; --', 'ü', '0 0', '']) {
      const response = await ada.get('/api/tasks', withBookmark(text));
      assert.equal(response.status, 200, text);
      assert.deepEqual(sessionsOf(response), PRIMARY, text);
    }
  });

  test('a bookmark that D1 never issued does not fail the request', async () => {
    for (const text of ['0', '-', 'f'.repeat(128), 'ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff']) {
      for (const path of reads()) assert.equal((await ada.get(path, withBookmark(text))).status, 200, text);
    }
  });

  test('the primary serves a read whose replica does not know the session yet or is unavailable', async () => {
    for (const replica of ['behind', 'unavailable']) {
      const response = await ada.get(`/api/tasks/${task.id}`, withBookmark(bookmark, { 'X-Replica': replica }));
      assert.equal(response.status, 200, replica);
      assert.deepEqual(sessionsOf(response), [bookmark, ...PRIMARY]);
    }
  });

  test('a revoked session is rejected without a bookmark', async () => {
    const bob = await signUp(worker);
    await bob.post('/api/auth/signout');
    const response = await bob.get('/api/tasks', withBookmark(bookmark));
    assertDetail(response, 401, 'Token revoked');
    assert.equal(bookmarkOf(response), null);
  });

  test('neither a rejected request nor a route without tasks opens a D1 session', async () => {
    for (const response of [
      await anonymous(worker).get('/api/tasks', withBookmark(bookmark)),
      await new Caller(worker, 'a.bad.token').get('/api/tasks', withBookmark(bookmark)),
      await ada.get('/api/tasks?limit=0', withBookmark(bookmark)),
      await ada.get('/api/auth/session', withBookmark(bookmark)),
      await ada.get(`/api/users/${ada.userId}/profile`, withBookmark(bookmark)),
      await ada.get('/api/admin/users', withBookmark(bookmark)),
      await anonymous(worker).post('/api/auth/signin', { email: ada.email, password: ada.password }, withBookmark(bookmark)),
      await anonymous(worker).post('/api/auth/refresh', { refresh_token: ada.refreshToken }, withBookmark(bookmark)),
    ]) {
      assert.deepEqual([sessionsOf(response), bookmarkOf(response)], [[], null]);
    }
  });

  test('CORS allows the bookmark header in requests and exposes it in responses', async () => {
    const headers = { Origin: ORIGIN, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'x-d1-bookmark' };
    const preflight = await anonymous(worker).send('OPTIONS', '/api/tasks', { headers });
    assert.match(preflight.headers.get('Access-Control-Allow-Headers'), /\bX-D1-Bookmark\b/);
    const { headers: exposed } = await ada.get('/api/tasks', { headers: { Origin: ORIGIN } });
    assert.match(exposed.get('Access-Control-Expose-Headers'), /\bX-D1-Bookmark\b/);
  });
});

test('without the setting no D1 session is opened and no bookmark is accepted, returned, allowed or exposed', async () => {
  await withWorker({ entry, vars: { ALLOWED_ORIGINS: ORIGIN } }, async (worker) => {
    const ada = await signUp(worker);
    const options = withBookmark('00000001-00000001', { Origin: ORIGIN });
    for (const response of [await ada.post('/api/tasks', { title: 'Mend the fence' }, options), await ada.get('/api/tasks', options)]) {
      assert.deepEqual([sessionsOf(response), bookmarkOf(response)], [[], null]);
      assert.doesNotMatch(response.headers.get('Access-Control-Expose-Headers'), /bookmark/i);
    }
    const preflight = { Origin: ORIGIN, 'Access-Control-Request-Method': 'GET' };
    const { headers } = await anonymous(worker).send('OPTIONS', '/api/tasks', { headers: preflight });
    assert.doesNotMatch(headers.get('Access-Control-Allow-Headers'), /bookmark/i);
  });
});

test('a setting that is neither true nor false is reported by its name', async () => {
  await withWorker({ entry, vars: { D1_READ_REPLICATION: 'yes' } }, async (worker) => {
    assertDetail(await anonymous(worker).get('/api/tasks', { expect5xx: true }), 500, 'Internal Server Error');
    assert.match(await worker.printed(/(D1_READ_REPLICATION: .*)/), /neither true nor false/);
  });
});
