// Verifying the tokens of an issuer with public keys, which are already in memory wherever the subject keeps them.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { bundleOf, ownBundle } from '../bundle.mjs';
import { userId } from '../data.mjs';
import { ALGORITHMS, AUDIENCE, startIssuer } from '../issuer.mjs';
import { startWorkerd } from '../workerd.mjs';
import { startEdgeAuth } from './edge-auth.mjs';

const main = (name) => join(import.meta.dirname, '..', 'workers', name);

function subject(id, label, bundle, start) {
  return {
    id,
    label,
    passwords: 'argon2id',
    bundle,
    start: async ({ modules }, storage) => start({ modules, storage, issuer: await startIssuer() }),
    async requests() {
      const { tokens } = await startIssuer();
      const check = ({ body }, number) => assert.equal(body.user.id, userId(number));
      return Object.fromEntries(ALGORITHMS.map((algorithm) => [algorithm.toLowerCase(), { path: '/api/auth/session', each: tokens[algorithm], check }]));
    },
  };
}

function startPeer({ modules, storage, issuer: { name, url } }) {
  return startWorkerd({ modules, storage, bindings: { ISSUER: name, AUDIENCE, JWKS_URL: url } });
}

const startOwn = ({ modules, storage, issuer: { name, url } }) => startEdgeAuth({ modules }, storage, [], {
  vars: { TRUSTED_ISSUERS: JSON.stringify([{ issuer: name, jwks_url: url, audience: AUDIENCE }]) },
});

const honoWith = (id, label, guard) =>
  subject(id, label, (folder) => bundleOf(main('hono-issuer.mjs'), folder, { GUARD: JSON.stringify(guard) }), startPeer);

export const issuerSubjects = [
  subject('webcrypto', 'bare WebCrypto', (folder) => bundleOf(main('webcrypto.mjs'), folder), startPeer),
  subject('edge-auth', 'edge-auth', ownBundle, startOwn),
  honoWith('hono-jose', 'Hono + jose, createRemoteJWKSet', 'jose'),
  honoWith('hono-jwk-keys', 'hono/jwk, its keys in memory', 'keys'),
  honoWith('hono-jwk', 'hono/jwk, jwks_uri', 'jwk'),
];
