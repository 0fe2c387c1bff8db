// HTTP behaviour of all routes: paths, methods, the size and type of bodies, and the order in which a request is checked.
// The headers of every response are checked in support/caller.mjs, on each response of every test.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
import { anonymous, signUp } from '../../support/caller.mjs';
import { useWorker, withWorker } from '../../support/use-worker.mjs';

const KIB = 1024;
const JSON_TYPE = { 'Content-Type': 'application/json' };

let ada;
const worker = useWorker({}, async () => {
  ada = await signUp(worker);
});

/** A task as JSON, padded with an unknown field to exactly this many bytes. */
function taskOfSize(bytes) {
  const body = JSON.stringify({ title: 'Weigh the parcel', padding: '' });
  return body.replace('""', `"${'x'.repeat(bytes - body.length)}"`);
}

function* inPieces(text) {
  for (let start = 0; start < text.length; start += 10_000) yield text.slice(start, start + 10_000);
}

/** Slow once it is over the limit: a connection closed on a fast sender may lose the response. */
async function* endless() {
  yield 'x'.repeat(129 * KIB);
  for (;;) yield await setTimeout(10, 'x');
}

/** A body that never sends a byte. */
async function* silence() {
  await new Promise(() => {});
}

describe('Paths and methods', () => {
  test('an unknown path is 404 for every method, without a token', async () => {
    for (const path of ['/', '/api', '/api/nothing', '/api/tasks/1/2', '/API/TASKS', '//api/tasks', '/api//tasks']) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        assertDetail(await anonymous(worker).send(method, path), 404, 'Not Found');
      }
    }
  });

  test('a wrong method is 405 and lists the right ones in Allow', async () => {
    for (const [path, allowed, wrong] of [
      ['/api/health', 'GET, HEAD', 'DELETE'],
      ['/api/auth/signup', 'POST', 'GET'],
      ['/api/auth/signin', 'POST', 'PUT'],
      ['/api/auth/refresh', 'POST', 'PATCH'],
      ['/api/auth/signout', 'POST', 'DELETE'],
      ['/api/tasks', 'GET, HEAD, POST', 'DELETE'],
      ['/api/tasks/1', 'GET, HEAD, PUT, PATCH, DELETE', 'POST'],
    ]) {
      const response = await anonymous(worker).send(wrong, path);
      assertDetail(response, 405, 'Method Not Allowed');
      assert.deepEqual(response.headers.get('Allow').split(', ').sort(), allowed.split(', ').sort(), path);
    }
  });

  test('a trailing slash makes no difference', async () => {
    assert.equal((await anonymous(worker).get('/api/health/')).status, 200);
    const created = await ada.post('/api/tasks/', { title: 'Slash the price' });
    assert.equal(created.status, 201);
    assert.deepEqual((await ada.get(`/api/tasks/${created.body.id}/`)).body, created.body);
    assert.deepEqual((await ada.get('/api/tasks/?limit=1')).body, (await ada.get('/api/tasks?limit=1')).body);
  });

  test('HEAD returns the status and type of GET without a body', async () => {
    for (const path of ['/api/health', '/api/tasks', `/api/tasks/${randomUUID()}`, '/api/tasks?limit=0', '/nowhere']) {
      const [get, head] = [await ada.get(path), await ada.send('HEAD', path)];
      assert.deepEqual({ status: head.status, body: head.body }, { status: get.status, body: null }, path);
      assert.equal(head.headers.get('Content-Type'), get.headers.get('Content-Type'), path);
    }
  });

  test('each response has a different X-Request-Id', async () => {
    const [one, other] = [await ada.get('/api/tasks'), await ada.get('/api/tasks')];
    assert.notEqual(one.headers.get('X-Request-Id'), other.headers.get('X-Request-Id'));
  });

  test('Strict-Transport-Security is sent over https only', async () => {
    await withWorker({ publicUrl: 'https://app.example.com' }, async (secure) => {
      for (const path of ['/api/health', '/api/tasks', '/nowhere']) {
        const policy = (await anonymous(secure).get(path)).headers.get('Strict-Transport-Security');
        assert.match(policy ?? '', /^max-age=[1-9]\d{6,}\b/, path);
        assert.equal((await anonymous(worker).get(path)).headers.get('Strict-Transport-Security'), null, path);
      }
    });
  });
});

describe('Body size', () => {
  test('a task of 128 KiB and any other body of 64 KiB is accepted, and one byte more is 413, with Content-Length and without', async () => {
    const { body: task } = await ada.post('/api/tasks', { title: 'To be weighed' });
    const todos = `/api/users/${ada.userId}/todos`;
    for (const [method, path, size, status] of [
      ['POST', '/api/tasks', 128, 201], ['POST', '/tasks', 128, 201], ['POST', todos, 128, 201], ['PUT', `/api/tasks/${task.id}`, 128, 200],
      ['PATCH', `${todos}/${task.id}`, 128, 200], ['POST', '/api/auth/signup', 64, 422], ['POST', '/api/auth/signin', 64, 422],
      ['POST', '/api/auth/refresh', 64, 422], ['POST', '/auth/register', 64, 422],
    ]) {
      const send = (body) => ada.send(method, path, { headers: JSON_TYPE, body });
      const [most, tooMuch] = [taskOfSize(size * KIB), taskOfSize(size * KIB + 1)];
      for (const body of [most, inPieces(most)]) assert.equal((await send(body)).status, status, path);
      for (const body of [tooMuch, inPieces(tooMuch)]) assertDetail(await send(body), 413, 'Request body too large');
    }
  });

  test('a task of the maximum number of characters is accepted in any escapes', async () => {
    for (const escaped of [String.raw`\ud83d\ude00`, String.raw`\u0001`, '\u{1f600}', String.raw`\u00E9`]) {
      const body = `{"title":"${escaped.repeat(200)}","description":"${escaped.repeat(10_000)}"}`;
      const created = await ada.send('POST', '/api/tasks', { headers: JSON_TYPE, body });
      assert.equal(created.status, 201, escaped);
      assert.equal(created.body.description, JSON.parse(body).description);
    }
  });

  test('an endless body is rejected while it is being received', async () => {
    for (const [caller, path] of [[ada, '/api/tasks'], [anonymous(worker), '/api/auth/signup']]) {
      assertDetail(await caller.send('POST', path, { headers: JSON_TYPE, body: endless() }), 413, 'Request body too large');
    }
  });

  test('a Content-Length over the limit is rejected before the first byte of the body', async () => {
    const headers = { ...JSON_TYPE, 'Content-Length': 10_000_000_000 };
    assertDetail(await ada.send('POST', '/api/tasks', { headers, body: silence() }), 413, 'Request body too large');
  });
});

describe('Body type', () => {
  test('only application/json and application/…+json are accepted, in any case and with any parameter', async () => {
    const send = (type) => ada.send('POST', '/api/tasks', { headers: { 'Content-Type': type }, body: '{"title":"Type"}' });
    for (const type of [
      'application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json ;x=y', 'application/merge-patch+json',
      'application/vnd.api+json', 'APPLICATION/LD+JSON; profile="a;b"', 'application/problem+json;charset=utf-8', 'application/a+b+json',
    ]) {
      assert.equal((await send(type)).status, 201, type);
    }
    const form = 'application/x-www-form-urlencoded';
    for (const type of [
      undefined, '', 'text/plain', 'application/jsonp', form, 'text/plain; application/json', 'text/x+json', 'application/+json', 'application/x-json',
      'application/x+jsonp', 'application/x+json+y', 'application/json-patch', 'multipart/form-data; boundary=+json', 'application/a b+json',
    ]) {
      assertDetail(await send(type), 415, 'Unsupported media type: expected application/json');
    }
  });
});

describe('The order of checks', () => {
  const oversize = { headers: { 'Content-Type': 'text/plain' }, body: 'x'.repeat(140 * KIB) };

  test('checks the path before the method and the method before the token', async () => {
    assertDetail(await anonymous(worker).send('DELETE', '/api/nothing', oversize), 404, 'Not Found');
    assertDetail(await anonymous(worker).send('DELETE', '/api/tasks', oversize), 405, 'Method Not Allowed');
  });

  test('checks the token before the size of the body', async () => {
    for (const [method, path] of [['POST', '/api/tasks'], ['PUT', '/api/tasks/1'], ['PATCH', '/api/tasks/1']]) {
      assertDetail(await anonymous(worker).send(method, path, oversize), 401, 'Authorization header missing');
    }
  });

  test('checks the size before the type and the type before the content', async () => {
    for (const [caller, path] of [[ada, '/api/tasks'], [anonymous(worker), '/api/auth/signin']]) {
      assertDetail(await caller.send('POST', path, oversize), 413, 'Request body too large');
      const wrongType = { headers: { 'Content-Type': 'text/plain' }, body: '{' };
      assertDetail(await caller.send('POST', path, wrongType), 415, 'Unsupported media type: expected application/json');
      assertFieldErrors(await caller.send('POST', path, { headers: JSON_TYPE, body: '{' }), 'body json_invalid');
    }
  });
});

describe('Concurrent requests', () => {
  /** Headers of one response that must not appear on another of the same status and type. */
  const OWN = ['Allow', 'Link', 'Location', 'WWW-Authenticate'];
  const KINDS = [
    { ask: () => ada.post('/api/tasks', { title: 'One of many' }), own: { Location: /^\/api\/tasks\/[\w-]+$/ } },
    { ask: () => ada.get('/api/tasks?limit=1'), own: { Link: /rel="next"/ } },
    { ask: () => ada.get('/api/tasks?limit=500'), own: {} },
    { ask: () => anonymous(worker).get('/api/tasks'), own: { 'WWW-Authenticate': /^Bearer$/ } },
    { ask: () => anonymous(worker).post('/api/auth/refresh', { refresh_token: 'none' }), own: { 'WWW-Authenticate': /./ } },
    { ask: () => ada.send('PUT', '/api/tasks'), own: { Allow: /GET/ } },
    { ask: () => anonymous(worker).get('/docs'), own: { 'Content-Security-Policy': /script-src 'self'/ } },
    { ask: () => anonymous(worker).get('/api/health'), own: { 'Content-Security-Policy': /^default-src 'none'; frame-ancestors 'none'$/ } },
  ];

  test('each get their own headers and a unique request id', async () => {
    for (let count = 0; count < 3; count += 1) await ada.post('/api/tasks', { title: 'To page through' });
    const ids = new Set();
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 40 }, async (_, index) => {
        const { ask, own } = KINDS[(index * 3 + round) % KINDS.length];
        const { headers, status } = await ask();
        for (const [name, value] of Object.entries(own)) assert.match(headers.get(name) ?? '', value, `${name} of ${status}`);
        for (const name of OWN) assert.ok(name in own || !headers.has(name), `${name} of ${status}: ${headers.get(name)}`);
        ids.add(headers.get('X-Request-Id'));
      }));
    }
    assert.equal(ids.size, 200);
  });
});
