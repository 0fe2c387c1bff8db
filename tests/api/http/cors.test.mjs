// CORS: only a page whose origin is exactly one of ALLOWED_ORIGINS may read responses. All others get the same statuses without
// any Access-Control header. `Vary: Origin` is checked in support/caller.mjs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous, randomEmail, signUp } from '../../support/caller.mjs';
import { paths } from '../../support/routes.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const APP = 'https://app.example.com';
const LOCAL = 'http://localhost:3000';
const OTHER_ORIGINS = [
  'https://evil.example', 'null', '*', 'https://app.example.com.evil.example', 'https://evilapp.example.com',
  'https://app.example.co', 'https://app.example.com:8443', 'http://app.example.com', 'https://app.example.com/',
  'https://sub.app.example.com', 'https://APP.example.com', 'https://app.example.com@evil.example', 'http://localhost:3001',
  'https://localhost:3000', 'http://localhost', `${APP}, ${LOCAL}`, `${APP} ${LOCAL}`, `${APP}%00`,
];
const GRANT = {
  'access-control-allow-origin': APP,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Link, Location, Retry-After, WWW-Authenticate, X-Request-Id',
};

const vars = { ALLOWED_ORIGINS: `${APP}, ${LOCAL}` };
let ada;
const worker = useWorker({ vars }, async () => {
  ada = await signUp(worker);
});
const misconfigured = useWorker({ vars: { ...vars, JWT_SECRET: 'short' } });

function permissions(response) {
  return Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));
}

/** Sends a preflight of a page of the allowed origin. */
function preflight(path, headers) {
  return anonymous(worker).send('OPTIONS', path, { headers: { Origin: APP, 'Access-Control-Request-Method': 'GET', ...headers } });
}

/** The allowed request headers in lower case. */
function allowedHeaders(response) {
  return response.headers.get('Access-Control-Allow-Headers').toLowerCase().split(', ');
}

/** One request for each kind of response: its status, and how to get it from a page of this origin. */
function responses() {
  const limited = randomEmail();
  const wrong = { email: limited, password: 'Wrong horse 8 battery' };
  const oversize = (headers) => ({ headers: { 'Content-Type': 'application/json', ...headers }, body: 'x'.repeat(140_000) });
  return [
    [200, (headers) => ada.get('/api/tasks', { headers })],
    [200, (headers) => ada.send('HEAD', '/api/tasks', { headers })],
    [201, (headers) => ada.post('/api/tasks', { title: 'Cross the border' }, { headers })],
    [401, (headers) => anonymous(worker).get('/api/tasks', { headers })],
    [403, (headers) => ada.get('/api/users/somebody/todos', { headers })],
    [403, (headers) => ada.get('/api/tasks', { headers: { ...headers, Host: 'plain.example.com' } })],
    [404, (headers) => ada.get('/api/tasks/no-such-task', { headers })],
    [404, (headers) => ada.get('/nowhere', { headers })],
    [405, (headers) => ada.delete('/api/tasks', { headers })],
    [409, (headers) => anonymous(worker).post('/api/auth/signup', { email: ada.email, password: ada.password }, { headers })],
    [413, (headers) => ada.send('POST', '/api/tasks', oversize(headers))],
    [415, (headers) => ada.send('POST', '/api/tasks', { headers, body: '{}' })],
    [422, (headers) => ada.post('/api/tasks', {}, { headers })],
    [429, async (headers) => {
      for (let attempt = 0; attempt < 5; attempt += 1) await anonymous(worker).post('/api/auth/signin', wrong);
      return anonymous(worker).post('/api/auth/signin', wrong, { headers });
    }],
  ];
}

describe('A page of an allowed origin', () => {
  test('may read every kind of response, with credentials, and the exposed headers', async () => {
    for (const [status, ask] of responses()) {
      const response = await ask({ Origin: APP });
      assert.equal(response.status, status, JSON.stringify(response.body));
      assert.deepEqual(permissions(response), GRANT, `on a ${status}`);
    }
  });

  test('is any origin of the list, and only that origin is returned', async () => {
    const response = await ada.get('/api/tasks', { headers: { Origin: LOCAL } });
    assert.deepEqual(permissions(response), { ...GRANT, 'access-control-allow-origin': LOCAL });
  });

  test('gets a preflight response with the methods of every route, without a token', async () => {
    for (const [path, methods] of paths()) {
      for (const spelling of [path, `${path}/`]) {
        const headers = { Origin: APP, 'Access-Control-Request-Method': methods[0], 'Access-Control-Request-Headers': 'authorization' };
        const response = await anonymous(worker).send('OPTIONS', spelling, { headers });
        assert.deepEqual({ status: response.status, body: response.body }, { status: 204, body: null }, spelling);
        const {
          'access-control-allow-methods': allowed, 'access-control-allow-headers': sent, 'access-control-max-age': age, ...rest
        } = permissions(response);
        assert.deepEqual(allowed.split(', ').sort(), methods.toSorted(), spelling);
        assert.deepEqual(sent.toLowerCase().split(', ').sort(), ['authorization', 'content-type'], spelling);
        assert.match(age, /^[1-9]\d*$/);
        assert.deepEqual(rest, GRANT, spelling);
      }
    }
  });

  test('gets 204 for a preflight of an unknown path, and can read the 404 of its request', async () => {
    for (const path of ['/', '/nowhere', '/api/tasks/1/2', '/api//tasks', '/api/%2574asks', '/api/tasks%2F']) {
      for (const method of ['GET', 'POST', 'DELETE', 'PROPFIND', 'patch']) {
        const response = await preflight(path, { 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': 'authorization' });
        assert.deepEqual({ status: response.status, body: response.body }, { status: 204, body: null }, path);
        assert.deepEqual(response.headers.get('Access-Control-Allow-Methods'), method);
        assert.ok(allowedHeaders(response).includes('authorization'));
        assert.equal(response.headers.get('Access-Control-Allow-Origin'), APP);
      }
      const { status, headers } = await anonymous(worker).get(path, { headers: { Origin: APP } });
      assert.deepEqual([status, headers.get('Access-Control-Allow-Origin')], [404, APP]);
    }
    const response = await preflight('/nowhere', { 'Access-Control-Request-Method': 'no method' });
    assert.deepEqual([response.status, response.headers.get('Access-Control-Allow-Methods')], [204, 'GET, HEAD, POST, PUT, PATCH, DELETE']);
  });

  test('is allowed every header that it asks for, such as those of tracing libraries', async () => {
    for (const path of ['/api/tasks', '/api/auth/signin', '/api/health', '/nowhere']) {
      for (const asked of [
        'authorization,baggage,content-type,sentry-trace', 'traceparent, tracestate', 'X-Datadog-Trace-Id,x-datadog-origin', 'b3', ',x-a,,x-b,',
        "x-!#$%&'*+-.^_`|~1", Array.from({ length: 300 }, (_, n) => `x-header-${n}`).join(),
      ]) {
        const response = await preflight(path, { 'Access-Control-Request-Headers': asked });
        const names = asked.toLowerCase().split(',').map((name) => name.trim()).filter(Boolean);
        assert.deepEqual(names.filter((name) => !allowedHeaders(response).includes(name)), [], path);
        assert.equal(new Set(allowedHeaders(response)).size, allowedHeaders(response).length, 'no header is listed twice');
      }
    }
  });

  test('is allowed only the headers that this service reads where it asks for none or for an invalid list', async () => {
    for (const asked of [undefined, '', '*', 'a b', 'x-a, *', 'x-a: 1', 'x-a;x-b', '"x-a"', 'x-\u00e9', 'x'.repeat(9000)]) {
      const response = await preflight('/api/tasks', { 'Access-Control-Request-Headers': asked });
      assert.equal(response.status, 204);
      assert.deepEqual(allowedHeaders(response), ['authorization', 'content-type'], asked?.slice(0, 20));
    }
  });
});

describe('A page of any other origin', () => {
  test('gets the same statuses without Access-Control headers', async () => {
    for (const [status, ask] of responses()) {
      const response = await ask({ Origin: 'https://evil.example' });
      assert.equal(response.status, status, JSON.stringify(response.body));
      assert.deepEqual(permissions(response), {}, `on a ${status}`);
    }
  });

  test('is not allowed however similar it looks to an allowed one', async () => {
    for (const origin of OTHER_ORIGINS) {
      const [read, asked] = [
        await ada.get('/api/tasks', { headers: { Origin: origin } }),
        await ada.send('OPTIONS', '/api/tasks', { headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' } }),
      ];
      assert.deepEqual([read.status, asked.status], [200, 204], origin);
      assert.deepEqual([permissions(read), permissions(asked)], [{}, {}], origin);
    }
  });

  test('gets 204 without CORS headers for a preflight of any path', async () => {
    for (const path of ['/api/tasks', '/nowhere', '/', '/api/%74asks']) {
      const response = await preflight(path, { Origin: 'https://evil.example', 'Access-Control-Request-Headers': 'sentry-trace' });
      assert.deepEqual({ status: response.status, body: response.body }, { status: 204, body: null }, path);
      assert.deepEqual(permissions(response), {}, path);
    }
  });

  test('is not allowed next to an allowed one in the same header', async () => {
    const response = await ada.get('/api/tasks', { headers: { Origin: ['https://evil.example', APP] } });
    assert.deepEqual(permissions(response), {});
  });
});

test('a request without Origin gets no Access-Control headers', async () => {
  for (const [status, ask] of responses()) {
    const response = await ask({});
    assert.equal(response.status, status);
    assert.deepEqual(permissions(response), {});
  }
});

test('OPTIONS without the two headers of a preflight is 405', async () => {
  for (const headers of [{}, { Origin: APP }, { 'Access-Control-Request-Method': 'GET' }]) {
    const response = await ada.send('OPTIONS', '/api/tasks', { headers });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('Allow'), 'GET, HEAD, POST');
    assert.equal((await ada.send('OPTIONS', '/nowhere', { headers })).status, 404);
  }
});

test('with invalid settings no origin is allowed, and every page gets the same response', async () => {
  for (const origin of [APP, 'https://evil.example', undefined]) {
    const response = await anonymous(misconfigured).get('/api/tasks', { headers: { Origin: origin }, expect5xx: true });
    assert.equal(response.status, 500);
    assert.deepEqual(permissions(response), {});
    const preflight = { Origin: origin ?? APP, 'Access-Control-Request-Method': 'GET' };
    assert.equal((await anonymous(misconfigured).send('OPTIONS', '/api/tasks', { headers: preflight })).status, 204);
  }
});
