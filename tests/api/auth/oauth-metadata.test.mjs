// GET /.well-known/oauth-authorization-server (RFC 8414): a client finds the endpoints without a line of configuration.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous } from '../../support/caller.mjs';
import { ask, calls, FAULTY } from '../../support/faults.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const PATH = '/.well-known/oauth-authorization-server';

const worker = useWorker(FAULTY);
const withIssuer = useWorker({ vars: { JWT_ISSUER: 'https://login.example.com/tenant' } });
const withName = useWorker({ vars: { JWT_ISSUER: 'edge-auth' }, publicUrl: 'https://api.example.com' });

const read = async (at, headers) => (await anonymous(at).get(PATH, { headers })).body;

const metadata = (origin, issuer = origin) => ({
  issuer,
  token_endpoint: `${origin}/auth/token`,
  revocation_endpoint: `${origin}/auth/revoke`,
  grant_types_supported: ['password', 'refresh_token'],
  token_endpoint_auth_methods_supported: ['none'],
  revocation_endpoint_auth_methods_supported: ['none'],
  response_types_supported: [],
});

test('The endpoints are at the host and port that the client called', async () => {
  assert.deepEqual(await read(worker), metadata(worker.url));
  for (const host of ['localhost:8787', '[::1]:8787', 'app.localhost']) {
    assert.deepEqual(await read(worker, { Host: host }), metadata(`http://${host}`));
  }
  assert.deepEqual(await read(withName), metadata('https://api.example.com'));
});

test('JWT_ISSUER is the issuer where it is a URL', async () => {
  assert.deepEqual(await read(withIssuer), metadata(withIssuer.url, 'https://login.example.com/tenant'));
});

test('Neither a token nor storage is asked', async () => {
  const down = { DB: [{ error: 'D1_ERROR: Network connection lost.' }] };
  const response = await ask(anonymous(worker), { method: 'GET', path: PATH }, down);
  assert.equal(response.status, 200);
  assert.deepEqual(calls(response), { DB: 0, SIGNIN_LIMITER: 0 });
});

test('The endpoints that it names answer', async () => {
  const { token_endpoint, revocation_endpoint } = await read(worker);
  for (const endpoint of [token_endpoint, revocation_endpoint]) {
    assert.equal((await fetch(endpoint, { method: 'POST', body: new URLSearchParams() })).status, 422, endpoint);
  }
});
