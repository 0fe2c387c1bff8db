// The trusted issuer of the benchmark: a key of each algorithm, the address of their set, and tokens of 1,000 users for each.

import { createServer } from 'node:http';
import { createKey } from '../support/issuer.mjs';
import { now } from '../support/tokens.mjs';
import { USERS_OF_LOAD, userId } from './data.mjs';

export const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];
export const AUDIENCE = 'tasks';

let started;

/** One for the whole run, in the benchmark's own process: all but one subject fetch the keys once. */
export const startIssuer = () => (started ??= start());

async function start() {
  const keys = ALGORITHMS.map((algorithm) => createKey(algorithm, `${algorithm}-1`));
  const body = JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
  const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(body));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const name = `http://127.0.0.1:${server.address().port}`;
  const claims = (number) => ({ iss: name, aud: AUDIENCE, sub: userId(number), email: `user-${number}@example.com`, role: 'user', iat: now(), exp: now() + 86_400 });
  const tokensOf = (key) => Array.from({ length: USERS_OF_LOAD }, (_, number) => ({ number, token: key.token(claims(number)) }));
  return { name, url: `${name}/jwks`, tokens: Object.fromEntries(keys.map((key) => [key.algorithm, tokensOf(key)])) };
}
