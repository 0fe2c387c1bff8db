// examples/service-binding in front of the built Worker: its own route, and an origin behind it that must never hear of another
// user than the one whose token was verified.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { buildSync } from 'esbuild';
import { experimental_readRawConfig } from 'wrangler';
import { anonymous, signUp } from '../support/caller.mjs';
import { startOrigin } from '../support/origin.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const folder = join(import.meta.dirname, '..', '..', 'examples', 'service-binding');
const { rawConfig } = experimental_readRawConfig({ config: join(folder, 'wrangler.jsonc') });
/** Bundled here, since with its own bundle `wrangler dev` reads every body to its end before it sends a response. */
const main = join(mkdtempSync(join(tmpdir(), 'edge-auth-gateway-')), 'index.mjs');
const example = (ORIGIN) => ({ ...rawConfig, main, no_bundle: true, vars: { ORIGIN } });
const frontend = randomBytes(32).toString('base64url');

let origin, ada;
const worker = useWorker(async () => {
  buildSync({ entryPoints: [join(folder, rawConfig.main)], outfile: main, bundle: true, format: 'esm', logLevel: 'warning' });
  origin = await startOrigin();
  return { caller: example(origin.url), vars: { BETTER_AUTH_SECRET: frontend, BETTER_AUTH_TRUST_ROLE: 'true' } };
}, async () => {
  worker.onStop(async () => {
    await origin.stop();
    rmSync(dirname(main), { recursive: true });
  });
  ada = await signUp(worker);
});

/** Sends a request of ada's, or of another token's; `seen` is what the origin received, or undefined. */
async function send(path, { token = ada.accessToken, headers = {}, ...options } = {}) {
  const before = origin.requests.length;
  const response = await fetch(worker.url + path, { redirect: 'manual', ...options, headers: { ...(token && { Authorization: `Bearer ${token}` }), ...headers } });
  return { response, text: await response.text(), seen: origin.requests[before], count: origin.requests.length - before };
}

describe('Its own route', () => {
  test('knows the caller', async () => {
    const { response, text, count } = await send('/whoami');
    assert.deepEqual([response.status, JSON.parse(text), count], [200, { id: ada.userId, email: ada.email, name: null, role: 'user' }, 0]);
  });

  test('answers a bad token as edge-auth does', async () => {
    for (const Authorization of [undefined, 'Basic dTpw', 'Bearer opaque', `Bearer ${ada.refreshToken}`]) {
      const headers = Authorization ? { Authorization } : {};
      const theirs = await anonymous(worker).post('/api/auth/signout', undefined, { headers });
      const { response, text, count } = await send('/whoami', { token: null, headers });
      assert.deepEqual([response.status, JSON.parse(text), count], [401, theirs.body, 0]);
      assert.equal(response.headers.get('WWW-Authenticate'), theirs.headers.get('WWW-Authenticate'));
    }
  });

  test('rejects a signed-out token, and the routes of edge-auth are under the same address', async () => {
    const user = await signUp(worker);
    assert.equal((await user.post('/api/auth/signout')).status, 204);
    const { response, text } = await send('/whoami', { token: user.accessToken });
    assert.deepEqual([response.status, JSON.parse(text)], [401, { detail: 'Token revoked' }]);
  });
});

describe('The origin', () => {
  test('hears nothing of a request without a good token', async () => {
    for (const token of [null, 'opaque', ada.refreshToken, signToken({ sub: 'ada', exp: now() }, { secret: worker.secret })]) {
      const { response, count } = await send('/page', { token, headers: { 'X-User-Id': ada.userId } });
      assert.deepEqual([response.status, count], [401, 0]);
    }
  });

  test('learns the user, and receives path, query, method, headers and body as they came, but no token', async () => {
    const { response, text, seen } = await send('/a%2Fb/%C3%A9//c?x=1&x=%202', { method: 'PATCH', body: 'text of ada', headers: { 'X-Else': 'kept', Cookie: 'c=1', 'Content-Type': 'text/plain' } });
    assert.deepEqual([response.status, text, response.headers.get('X-Origin')], [203, 'from the origin', 'yes']);
    const { method, url, body, headers } = seen;
    assert.deepEqual({ method, url, body }, { method: 'PATCH', url: '/a%2Fb/%C3%A9//c?x=1&x=%202', body: 'text of ada' });
    const { 'x-user-id': id, 'x-user-role': role, 'x-else': other, cookie, 'content-type': type, 'content-length': length, authorization } = headers;
    assert.deepEqual({ id, role, other, cookie, type, length, authorization }, { id: ada.userId, role: 'user', other: 'kept', cookie: 'c=1', type: 'text/plain', length: '11', authorization: undefined });
  });

  test('is asked each time, past every cache', async () => {
    const { seen } = await send('/style.css');
    assert.equal(seen.headers['cache-control'], 'no-cache');
  });

  test('is the one that is configured, whatever the path', async () => {
    for (const path of ['//evil.example/x', '/@evil.example/x', '/\\evil.example', '/http://evil.example/x', '/.evil.example']) {
      const { response, seen } = await send(path);
      assert.equal(response.status, 203, path);
      assert.equal(seen.headers.host, new URL(origin.url).host, path);
    }
  });

  const SPELLINGS = ['X-User-Id', 'x-user-id', 'X-USER-ID', 'X_User_Id', 'x_user_id', 'X-User_Id', 'X.User.Id', 'X~User-Id', 'X-User-Role', 'X_USER_ROLE', 'x_user-role', "X'User|Role"];
  for (const spelling of SPELLINGS) {
    test(`never hears a stranger's ${spelling}`, async () => {
      const { seen } = await send('/page', { headers: { [spelling]: 'stranger' } });
      const asCgi = (name) => name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
      const identity = Object.entries(seen.headers).filter(([name]) => /^X_USER_(ID|ROLE)$/.test(asCgi(name)));
      assert.deepEqual(identity.sort(), [['x-user-id', ada.userId], ['x-user-role', 'user']]);
    });
  }

  test('receives the user\'s headers even if the caller lists them in Connection', async () => {
    // Through a raw request: fetch refuses to set Connection.
    const before = origin.requests.length;
    const headersSent = { Authorization: `Bearer ${ada.accessToken}`, Connection: 'close, X-User-Id, X-User-Role' };
    const [response] = await once(http.get(`${worker.url}/page`, { headers: headersSent }), 'response');
    assert.equal(response.resume().statusCode, 203);
    const { headers } = origin.requests[before];
    assert.deepEqual([headers['x-user-id'], headers['x-user-role']], [ada.userId, 'user']);
    assert.ok(!/user/i.test(headers.connection ?? ''), headers.connection);
  });

  test('receives any other issuer\'s subject and role percent-encoded', async () => {
    const SUBJECTS = ['auth0|ada', 'é\u{1f600}', 'a b', 'a\r\nX-User-Role: admin', '\u0000', '%41', 'a,b', '"', ' '];
    for (const sub of SUBJECTS) {
      const token = signToken({ sub, role: `${sub}-role`, exp: now() + 600 }, { secret: frontend });
      const { response, seen } = await send('/page', { token });
      assert.equal(response.status, 203, sub);
      assert.match(seen.headers['x-user-id'], /^[\x21-\x7e]+$/);
      assert.deepEqual([seen.headers['x-user-id'], seen.headers['x-user-role']].map(decodeURIComponent), [sub, `${sub}-role`]);
    }
  });

  test('receives no role where the token has none, also if the caller sends one', async () => {
    const token = signToken({ sub: 'ada', exp: now() + 600 }, { secret: frontend });
    const { seen } = await send('/page', { token, headers: { 'X-User-Role': 'admin' } });
    assert.deepEqual([seen.headers['x-user-id'], seen.headers['x-user-role']], ['ada', undefined]);
  });

  test('redirects the client, not this Worker, and sets its cookies', async () => {
    const { response, count } = await send('/redirect');
    assert.deepEqual([response.status, response.headers.get('Location'), count], [302, '/elsewhere', 1]);
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
  });

  test('receives HEAD and OPTIONS as they are', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'DELETE']) {
      const { response, seen } = await send('/page', { method });
      assert.deepEqual([response.status, seen.method], [203, method]);
    }
  });

  test('streams in both directions', { timeout: 20_000 }, async () => {
    const request = http.request(`${worker.url}/stream`, { method: 'POST', headers: { Authorization: `Bearer ${ada.accessToken}` } });
    request.write('first');
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) {
      text += chunk;
      // The rest is sent only once the first chunk has come back.
      if (text === 'first') request.end('second');
    }
    assert.equal(text, 'firstsecond');
  });

  test('opens a WebSocket', { timeout: 20_000 }, async () => {
    const before = origin.requests.length;
    const socket = new WebSocket(`${worker.url.replace('http', 'ws')}/socket`, { headers: { Authorization: `Bearer ${ada.accessToken}`, X_User_Id: 'stranger' } });
    const message = await new Promise((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => resolve(data));
      socket.addEventListener('error', ({ error, message: text }) => reject(error ?? new Error(text)));
    });
    socket.close();
    assert.equal(message, 'hello');
    const { headers } = origin.requests[before];
    assert.deepEqual([headers['x-user-id'], headers.x_user_id, headers.upgrade], [ada.userId, undefined, 'websocket']);
  });

  test('is 502 where it is away', async () => {
    await origin.stop();
    const { response, text } = await send('/page');
    assert.deepEqual([response.status, JSON.parse(text)], [502, { detail: 'Bad Gateway' }]);
  });
});
