// Interoperability: services that share a secret sign tokens with other libraries. These tokens were made by PyJWT, python-jose and
// jose, with every style of claims and headers that their users write; tests/vectors/README.md says how.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { Caller } from '../support/caller.mjs';
import { decodeToken, now } from '../support/tokens.mjs';
import { useWorker, withWorker } from '../support/use-worker.mjs';

const file = join(import.meta.dirname, '..', 'vectors', 'third_party_tokens.json');
const { secret, libraries } = JSON.parse(readFileSync(file, 'utf8'));
const vectors = libraries.flatMap(({ name, tokens }) =>
  Object.entries(tokens).map(([style, token]) => ({ name, what: `${name}: ${style}`, token, claims: decodeToken(token).claims })));
const expected = { JWT_ISSUER: 'https://auth.example.com', JWT_AUDIENCE: 'tasks' };

test('the vectors hold different tokens of three libraries that do not expire soon', () => {
  assert.deepEqual(new Set(vectors.map(({ name }) => name)), new Set(['PyJWT', 'python-jose', 'jose']));
  assert.equal(new Set(vectors.map(({ token }) => token)).size, vectors.length);
  for (const { what, claims } of vectors) assert.ok(claims.exp > now() + 365 * 24 * 3600, what);
});

for (const [where, vars] of [
  ['JWT_SECRET', { JWT_SECRET: secret }],
  ['JWT_SECRET_PREVIOUS', { JWT_SECRET_PREVIOUS: secret }],
  ['BETTER_AUTH_SECRET', { BETTER_AUTH_SECRET: secret }],
]) {
  describe(`A third-party token under ${where} is accepted`, () => {
    const worker = useWorker({ vars });

    for (const { what, token, claims: { sub } } of vectors) {
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

describe('With JWT_ISSUER and JWT_AUDIENCE', () => {
  const worker = useWorker({ vars: { ...expected, JWT_SECRET: secret } });
  const matches = ({ claims: { iss, aud } }) => iss === expected.JWT_ISSUER && [aud].flat().includes(expected.JWT_AUDIENCE);

  test('accepts third-party tokens with both claims, whether aud is a string or a list', async () => {
    const matching = vectors.filter(matches);
    assert.deepEqual(new Set(matching.map(({ name, claims }) => `${name} ${typeof claims.aud}`)), new Set(
      ['PyJWT string', 'PyJWT object', 'python-jose string', 'python-jose object', 'jose string', 'jose object']));
    for (const { what, token } of matching) assert.equal((await new Caller(worker, token).get('/api/tasks')).status, 200, what);
  });

  test('rejects third-party tokens without both claims', async () => {
    const others = vectors.filter((token) => !matches(token));
    assert.ok(others.length > 10);
    for (const { token } of others) assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, 'Invalid token');
  });
});

test('rejects every third-party token under an unknown secret', async () => {
  await withWorker({ vars: { BETTER_AUTH_SECRET: randomBytes(32).toString('base64url') } }, async (worker) => {
    for (const { token } of vectors) assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, 'Invalid token');
  });
});
