// Whoever shares a secret with this service signs tokens with a library of their own. The tokens here were minted by PyJWT,
// python-jose and jose, in every style of claims and headers that their users write; tests/vectors/README.md says how.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { Caller } from '../support/caller.mjs';
import { decodeToken, now } from '../support/tokens.mjs';
import { useWorker, withWorker } from '../support/use-worker.mjs';

const vectors = join(import.meta.dirname, '..', 'vectors', 'third_party_tokens.json');
const { secret, libraries } = JSON.parse(readFileSync(vectors, 'utf8'));
const minted = libraries.flatMap(({ name, tokens }) =>
  Object.entries(tokens).map(([style, token]) => ({ name, what: `${name}: ${style}`, token, claims: decodeToken(token).claims })));
const parties = { JWT_ISSUER: 'https://auth.example.com', JWT_AUDIENCE: 'tasks' };

test('There are tokens of three libraries, all different, and none that dies while we live', () => {
  assert.deepEqual(new Set(minted.map(({ name }) => name)), new Set(['PyJWT', 'python-jose', 'jose']));
  assert.equal(new Set(minted.map(({ token }) => token)).size, minted.length);
  for (const { what, claims } of minted) assert.ok(claims.exp > now() + 365 * 24 * 3600, what);
});

for (const [where, vars] of [
  ['the secret that signs here', { JWT_SECRET: secret }],
  ['the secret that signed here before', { JWT_SECRET_PREVIOUS: secret }],
  ['the secret of a frontend', { BETTER_AUTH_SECRET: secret }],
]) {
  describe(`A token minted elsewhere under ${where} lets its subject in`, () => {
    const worker = useWorker({ vars });

    for (const { what, token, claims: { sub } } of minted) {
      test(what, async () => {
        const caller = new Caller(worker, token);
        const created = await caller.post('/api/tasks', { title: what });
        assert.equal(created.status, 201, JSON.stringify(created.body));
        assert.equal(created.body.user_id, sub);
        const listed = await caller.get(`/api/users/${encodeURIComponent(sub)}/todos`);
        assert.equal(listed.status, 200, JSON.stringify(listed.body));
        assert.ok(listed.body.some(({ id }) => id === created.body.id));
        assert.equal((await caller.get('/api/auth/session')).body.user.id, sub);
      });
    }
  });
}

describe('Where issuer and audience are set, of the tokens minted elsewhere', () => {
  const worker = useWorker({ vars: { ...parties, JWT_SECRET: secret } });
  const isMeant = ({ claims: { iss, aud } }) => iss === parties.JWT_ISSUER && [aud].flat().includes(parties.JWT_AUDIENCE);

  test('those that name both are good, be the audience one or a list', async () => {
    const meant = minted.filter(isMeant);
    assert.deepEqual(new Set(meant.map(({ name, claims }) => `${name} ${typeof claims.aud}`)), new Set(
      ['PyJWT string', 'PyJWT object', 'python-jose string', 'python-jose object', 'jose string', 'jose object']));
    for (const { what, token } of meant) assert.equal((await new Caller(worker, token).get('/api/tasks')).status, 200, what);
  });

  test('those that name neither are refused', async () => {
    const others = minted.filter((token) => !isMeant(token));
    assert.ok(others.length > 10);
    for (const { token } of others) assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, 'Invalid token');
  });
});

test('A token minted elsewhere is refused where its secret is not known', async () => {
  await withWorker({ vars: { BETTER_AUTH_SECRET: randomBytes(32).toString('base64url') } }, async (worker) => {
    for (const { token } of minted) assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, 'Invalid token');
  });
});
