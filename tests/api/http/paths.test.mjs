// A client may percent-encode any character of a path (RFC 3986, section 2.3): each segment is decoded once, after the path is split.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { nextPage } from '../../support/pages.mjs';
import { paths } from '../../support/routes.mjs';
import { now, signToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const OWN_ONLY = 'You can only access your own resources';

let ada, task;
const worker = useWorker({}, async () => {
  ada = await signUp(worker);
  task = (await ada.post('/api/tasks', { title: 'To be found' })).body;
});

const encode = (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const encodeSegments = (path) => path.split('/').map((segment, index) => (index === 0 ? '' : encode(segment))).join('/');
const callerOf = (sub) => new Caller(worker, signToken({ sub, exp: now() + 600 }, worker));

describe('A percent-encoded path', () => {
  test('reaches every route', async () => {
    for (const [path, methods] of paths()) {
      for (const spelling of [encodeSegments(path), encodeSegments(path).toUpperCase(), `${encodeSegments(path)}/`]) {
        const response = await anonymous(worker).send('OPTIONS', spelling);
        assertDetail(response, 405, 'Method Not Allowed');
        assert.deepEqual(response.headers.get('Allow').split(', ').sort(), methods.toSorted(), spelling);
      }
    }
    assert.equal((await ada.get('/api/%74asks')).status, 200);
  });

  test('names a task, for every method', async () => {
    const path = `/%61pi/tasks/${encode(task.id)}`;
    assert.deepEqual((await ada.get(path)).body, task);
    assert.equal((await ada.patch(path, { completed: true })).body.completed, true);
    assert.equal((await ada.send('HEAD', path)).status, 200);
  });

  test('is split before it is decoded', async () => {
    for (const path of ['/api%2Ftasks', '/api%2ftasks', '/api/tasks%2F', '/%2Fapi/tasks', '/api/tasks%2f1', '/api%2F%2Ftasks', '//api/tasks', '/api//tasks']) {
      assertDetail(await ada.get(path), 404, 'Not Found');
    }
    for (const id of [`${task.id}%2F`, `%2F${task.id}`, `a%2Fb`]) assertDetail(await ada.get(`/api/tasks/${id}`), 404, 'Task not found');
  });

  test('is decoded once', async () => {
    for (const path of ['/api/%2574asks', '/%2561pi/tasks', '/api/tasks%2520']) assertDetail(await ada.get(path), 404, 'Not Found');
    assertDetail(await ada.get(`/api/tasks/${encode(encode(task.id))}`), 404, 'Task not found');
    assert.equal((await callerOf('%74').get('/api/users/%2574/todos')).status, 200);
    assertDetail(await callerOf('t').get('/api/users/%2574/todos'), 403, OWN_ONLY);
    assertDetail(await callerOf('%74').get('/api/users/%74/todos'), 403, OWN_ONLY);
  });

  test('that does not decode to text is 404 or 403', async () => {
    for (const junk of ['%ff', '%', '%4', '%zz', '%c3', '%ed%a0%bd', '%00', '%c0%af', '100%', '%%', '%u0074']) {
      assertDetail(await ada.get(`/api/tasks/${junk}`), 404, 'Task not found');
      assertDetail(await ada.get(`/api/users/${junk}/todos`), 403, OWN_ONLY);
      assertDetail(await ada.get(`/api/${junk}tasks`), 404, 'Not Found');
    }
  });
});

describe('A subject in a path', () => {
  const SUBJECTS = ['auth0|x', 'a/b', 'a b', '100%', '%41', 'ada@example.com', 'https://id.example.com/users/7?x=1#y', 'é😀', '..x', 'a+b', '[::1]', '<"\'>', '\\'];

  for (const sub of SUBJECTS) {
    test(`is accepted in every encoding: ${sub}`, async () => {
      const caller = callerOf(sub);
      for (const spelling of new Set([encodeURIComponent(sub), encode(sub), encode(sub).toUpperCase()])) {
        const list = `/api/users/${spelling}/todos`;
        const created = await caller.post(list, { title: sub });
        assert.equal(created.status, 201, spelling);
        assert.equal(created.body.user_id, sub);
        const location = created.headers.get('Location');
        assert.equal(location, `${list}/${created.body.id}`);
        assert.deepEqual((await caller.get(location)).body, created.body);
        assertDetail(await ada.get(list), 403, OWN_ONLY);
      }
      await caller.post(`/api/users/${encode(sub)}/todos`, { title: 'Another' });
      const first = await caller.get(`/api/users/${encode(sub)}/todos?limit=1`);
      const second = await caller.get(nextPage(worker, first));
      assert.deepEqual([...first.body, ...second.body], (await caller.get('/api/tasks?limit=2')).body);
    });
  }

  test('gives valid references in Location and Link, where browsers leave characters unencoded', async () => {
    for (const [sub, sent, reference] of [['auth0|x', 'auth0|x', 'auth0%7Cx'], ['[1]', '[1]', '%5B1%5D'], ['50%', '50%', '50%25'], ['^', '^', '%5E']]) {
      const caller = callerOf(sub);
      const list = `/api/users/${reference}/todos`;
      for (let n = 0; n < 2; n += 1) {
        const created = await caller.post(`/api/users/${sent}/todos`, { title: sub });
        assert.equal(created.headers.get('Location'), `${list}/${created.body.id}`);
      }
      const page = await caller.get(`/api/users/${sent}/todos?limit=1`);
      assert.ok(page.headers.get('Link').startsWith(`<${list}?`), page.headers.get('Link'));
      assert.equal((await caller.get(nextPage(worker, page))).body.length, 1);
    }
  });
});
