// Tokens and passwords travel over https only: a plain http request is rejected before anything else is checked, unless its host
// is the loopback interface or the operator allows it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, signUp } from '../../support/caller.mjs';
import { routes } from '../../support/routes.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const APP = 'https://app.example.com';
const FOREIGN_HOSTS = [
  'app.example.com', 'app.example.com:80', 'localhost.example.com', '127.0.0.1.example.com', 'notlocalhost', '10.0.0.1', '128.0.0.1',
  '0.0.0.0', '[::2]', '[2001:db8::1]', '[::ffff:127.0.0.1]',
];
const LOOPBACK_HOSTS = ['localhost', 'localhost:8787', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.0.0.53:1', '[::1]', '[::1]:8787'];

let ada;
const local = useWorker({ vars: { ALLOWED_ORIGINS: APP } }, async () => {
  ada = await signUp(local);
});
const open = useWorker({ vars: { ALLOW_INSECURE_HTTP: 'true' } });
const secure = useWorker({ publicUrl: APP });

/** A request by plain http, for this host. */
function to(host, caller, method, path, headers) {
  return caller.send(method, path, { headers: { Host: host, ...headers } });
}

describe('Plain http', () => {
  test('is rejected on every route, with a token and without', async () => {
    for (const { method, path } of routes()) {
      for (const caller of [ada, anonymous(local)]) {
        const response = await to('app.example.com', caller, method, path);
        if (method === 'HEAD') assert.equal(response.status, 403, path);
        else assertDetail(response, 403, 'HTTPS required');
      }
    }
  });

  test('is rejected before path and method are checked, including preflights', async () => {
    const preflight = { Origin: APP, 'Access-Control-Request-Method': 'GET' };
    for (const [method, path, headers] of [
      ['GET', '/nowhere'], ['GET', '/'], ['DELETE', '/api/health'], ['OPTIONS', '/api/tasks', preflight], ['OPTIONS', '/nowhere', preflight],
    ]) {
      assertDetail(await to('app.example.com', ada, method, path, headers), 403, 'HTTPS required');
    }
  });

  test('is rejected for every host except loopback', async () => {
    for (const host of FOREIGN_HOSTS) {
      const { status } = await to(host, ada, 'GET', '/api/tasks');
      assert.equal(status, 403, host);
    }
    for (const host of LOOPBACK_HOSTS) {
      const { status } = await to(host, ada, 'GET', '/api/tasks');
      assert.equal(status, 200, host);
    }
  });

  test('is not treated as https because of a request header', async () => {
    for (const headers of [
      { 'X-Forwarded-Proto': 'https' }, { 'X-Forwarded-Host': 'localhost' }, { 'X-Forwarded-For': '127.0.0.1' },
      { Forwarded: 'proto=https;host=localhost' }, { 'CF-BrowserUser': '{"scheme":"https"}' }, { 'Upgrade-Insecure-Requests': '1' },
    ]) {
      assertDetail(await to('app.example.com', ada, 'GET', '/api/tasks', headers), 403, 'HTTPS required');
    }
  });

  test('is served with ALLOW_INSECURE_HTTP=true', async () => {
    const grace = await signUp(open);
    assert.equal((await to('app.example.com', grace, 'GET', '/api/tasks')).status, 200);
    assert.equal((await to('app.example.com', anonymous(open), 'GET', '/api/health')).status, 200);
    assertDetail(await to('app.example.com', grace, 'GET', '/nowhere'), 404, 'Not Found');
  });
});

describe('Strict-Transport-Security', () => {
  const policy = (response) => response.headers.get('Strict-Transport-Security');
  const kinds = [
    ['GET', '/api/health', 200], ['GET', '/api/tasks', 401], ['GET', '/nowhere', 404], ['DELETE', '/api/health', 405],
    ['POST', '/api/auth/signin', 415], ['OPTIONS', '/api/tasks', 204],
  ];
  const ask = (worker, method, path, host) => {
    const preflight = method === 'OPTIONS' ? { Origin: APP, 'Access-Control-Request-Method': 'GET' } : {};
    return to(host, anonymous(worker), method, path, preflight);
  };

  test('is sent on every kind of response over https, for at least a year', async () => {
    for (const [method, path, status] of kinds) {
      const response = await ask(secure, method, path);
      assert.equal(response.status, status, path);
      const [, seconds] = /^max-age=(\d+)(?:;|$)/.exec(policy(response)) ?? assert.fail(`${path}: ${policy(response)}`);
      assert.ok(Number(seconds) >= 31_536_000, path);
    }
  });

  test('is never sent over plain http, whether allowed, rejected or loopback', async () => {
    for (const [method, path, status] of kinds) {
      for (const [worker, host, expected] of [[local, undefined, status], [local, 'app.example.com', 403], [open, 'app.example.com', status]]) {
        const response = await ask(worker, method, path, host);
        assert.equal(response.status, expected, path);
        assert.equal(policy(response), null, path);
      }
    }
  });
});
