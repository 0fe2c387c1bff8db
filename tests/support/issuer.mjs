// A token issuer of the test's own: keys that sign, and an HTTP server on loopback that publishes the key set and counts how often it
// is fetched. It can be made to misbehave.

import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { now } from './tokens.mjs';

/** How node generates keys and signs, by the algorithm's name in the header. */
const ALGORITHMS = {
  EdDSA: { type: 'ed25519', hash: null },
  ES256: { type: 'ec', options: { namedCurve: 'P-256' }, hash: 'sha256', signing: { dsaEncoding: 'ieee-p1363' } },
  RS256: { type: 'rsa', options: { modulusLength: 2048 }, hash: 'sha256' },
  PS256: { type: 'rsa', options: { modulusLength: 2048 }, hash: 'sha256', signing: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
};

const encode = (part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** Signs bytes as JWS does with this algorithm. */
export function signBytes(algorithm, privateKey, bytes) {
  const { hash, signing } = ALGORITHMS[algorithm];
  return sign(hash, bytes, { key: privateKey, ...signing });
}

/**
 * A signing key: `jwk` is its public half, and `token(claims, header)` a token under it, whose header can be changed, an `undefined`
 * member removing it. `options` replace those that node generates the key pair with.
 */
export function createKey(algorithm, kid, options) {
  const { type, options: usual } = ALGORITHMS[algorithm];
  const { publicKey, privateKey } = generateKeyPairSync(type, { ...usual, ...options });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return {
    kid, algorithm, publicKey, privateKey, jwk,
    token(claims, header = {}) {
      const signed = `${encode({ alg: algorithm, kid, typ: 'JWT', ...header })}.${encode(claims)}`;
      return `${signed}.${signBytes(algorithm, privateKey, Buffer.from(signed)).toString('base64url')}`;
    },
  };
}

/** Claims that this issuer's tokens are accepted with; `changes` replace them. */
export const goodClaims = (issuer, changes) => ({ iss: issuer, aud: 'tasks', sub: 'ada', exp: now() + 600, ...changes });

/**
 * An issuer that is started before the tests of a file or `describe` block. `keys` are what it publishes, `fetches` counts requests for
 * them, `headers` come with the set, and `answer(request, response)` answers in its place until it is removed.
 */
export function useIssuer(keys = []) {
  const issuer = { keys, fetches: 0, headers: {}, answer: undefined };
  const server = createServer((request, response) => {
    issuer.fetches += 1;
    if (issuer.answer) issuer.answer(request, response);
    else response.writeHead(200, { 'Content-Type': 'application/json', ...issuer.headers }).end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
  });
  issuer.listen = async () => {
    server.listen(issuer.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    // Where a test fails before `close`, the server must not keep the process alive.
    server.unref();
    issuer.port = server.address().port;
    issuer.name = `http://127.0.0.1:${issuer.port}`;
  };
  issuer.close = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  issuer.ready = issuer.listen();
  before(() => issuer.ready);
  after(issuer.close);
  /** The entry of `TRUSTED_ISSUERS`. */
  issuer.entry = (changes) => ({ issuer: issuer.name, jwks_url: `${issuer.name}/jwks`, audience: 'tasks', ...changes });
  /** The vars of a worker that trusts this issuer; a function, since its port is known only once it listens. */
  issuer.trusted = async (changes) => {
    await issuer.ready;
    return { TRUSTED_ISSUERS: JSON.stringify([issuer.entry(changes)]) };
  };
  /** A token of the first key, or of another. */
  issuer.token = (changes, { key = issuer.keys[0], header } = {}) => key.token(goodClaims(issuer.name, changes), header);
  return issuer;
}
