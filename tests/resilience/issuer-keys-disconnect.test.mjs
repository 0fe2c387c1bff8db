// A client that disconnects while its request fetches a trusted issuer's keys: other requests wait for the same fetch, which must not
// end with that request.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKey, useIssuer } from '../support/issuer.mjs';
import { startIsolatedWorker } from '../support/isolated-worker.mjs';

const names = ['waiting', 'alone', 'unknown'];
const issuers = Object.fromEntries(names.map((name) => [name, useIssuer([createKey('EdDSA', 'key')])]));
let worker;
before(async () => {
  await Promise.all(Object.values(issuers).map(({ ready }) => ready));
  const entries = Object.entries(issuers).map(([name, issuer]) => issuer.entry({ subject_prefix: `${name}:` }));
  // Asked for nothing but the session route, which needs no database for such a token.
  const host = { url: 'http://127.0.0.1:1', secret: 'a secret of at least 32 bytes, for tests' };
  worker = await startIsolatedWorker(host, { vars: { TRUSTED_ISSUERS: JSON.stringify(entries) } });
});
after(() => worker?.stop());

const authorized = (issuer, options) => ({ Authorization: `Bearer ${issuer.token({}, options)}` });

async function assertAccepted(issuer, options) {
  const response = await fetch(`${worker.url}/api/auth/session`, { headers: authorized(issuer, options) });
  const { user } = await response.json();
  assert.equal(user?.id.endsWith(':ada'), true, `${response.status}`);
}

/**
 * Sends a request, and returns once the issuer is asked: `release()` lets the issuer answer, and `disconnect()` resets the connection, which workerd
 * notices at once.
 */
async function requestDuringFetch(issuer, options) {
  const asked = Promise.withResolvers();
  issuer.answer = (_request, response) => asked.resolve(() => response.writeHead(200).end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) })));
  const { hostname, port } = new URL(worker.url);
  const request = http.request({ hostname, port, path: '/api/auth/session', headers: authorized(issuer, options), agent: false }).on('error', () => {});
  request.end();
  return { release: await asked.promise, disconnect: () => request.socket.resetAndDestroy() };
}

test('leaves the keys to the requests that wait', async () => {
  const { waiting } = issuers;
  const fetching = await requestDuringFetch(waiting);
  const others = Promise.all(Array.from({ length: 10 }, () => assertAccepted(waiting)));
  await sleep(200);
  fetching.disconnect();
  await sleep(800);
  fetching.release();
  await others;
  assert.equal(waiting.fetches, 1);
});

test('leaves them to the next request where nobody waits', async () => {
  const { alone } = issuers;
  const fetching = await requestDuringFetch(alone);
  fetching.disconnect();
  await sleep(800);
  fetching.release();
  await sleep(300);
  await assertAccepted(alone);
  assert.equal(alone.fetches, 1);
});

test('leaves a new key to the requests that wait for it', async () => {
  const { unknown } = issuers;
  await assertAccepted(unknown);
  const next = createKey('ES256', 'next');
  unknown.keys = [...unknown.keys, next];
  const fetching = await requestDuringFetch(unknown, { key: next });
  const others = Promise.all(Array.from({ length: 10 }, () => assertAccepted(unknown, { key: next })));
  await sleep(200);
  fetching.disconnect();
  await sleep(800);
  fetching.release();
  await others;
  assert.equal(unknown.fetches, 2);
});

test('The log has no warning of promises that cross requests', () => assert.doesNotMatch(worker.output(), /different request|hang|hung/i));
