// The recipes of docs/issuers.md: each object is read out of the page, and accepts a token of the shape that its issuer publishes, under
// a key of the test's own, which is served in the shape of that issuer's key set.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { Caller } from '../support/caller.mjs';
import { createKey, useIssuer } from '../support/issuer.mjs';
import { now } from '../support/tokens.mjs';
import { useWorker, withWorker } from '../support/use-worker.mjs';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'issuers.md'), 'utf8');
/** The object of a recipe, by its heading. */
const recipes = Object.fromEntries([...page.matchAll(/^### (.+)\n(?:(?!^#).*\n)*?```json\n(.+)\n```/gm)].map(([, name, json]) => [name, JSON.parse(json)]));
/** What the settings of `wrangler.toml` hold in the page. */
const [, exampleList] = page.match(/TRUSTED_ISSUERS = '''(.+?)'''/s);

/** Subjects, claims and headers as each issuer documents them, without what every token has: `iss`, `aud`, `iat`, `exp`. */
const SHAPES = {
  'Better Auth': {
    algorithm: 'EdDSA', jwk: { use: undefined }, header: { typ: undefined },
    sub: 'Zs0pZpnJcDqJvQXk6hZ1rGm2oTWyBLfu', lifetime: 900,
    claims: { id: 'Zs0pZpnJcDqJvQXk6hZ1rGm2oTWyBLfu', name: 'Ada', email: 'ada@example.com', emailVerified: true, image: null, role: 'admin', createdAt: '2026-11-25T10:00:00.000Z' },
  },
  Supabase: {
    algorithm: 'ES256', jwk: { key_ops: ['verify'], ext: true },
    sub: '2f1f4a27-0f4c-4d6e-9a9e-2c9d1f0d7d11', lifetime: 3_600,
    claims: { aal: 'aal1', amr: [{ method: 'password', timestamp: now() }], app_metadata: { provider: 'email', providers: ['email'] }, email: 'ada@example.com', is_anonymous: false, phone: '', role: 'authenticated', session_id: '6d0e2f0a-3c0c-4d2b-8f57-5a4b5f5b5c5d', user_metadata: {} },
  },
  Clerk: {
    algorithm: 'RS256', header: { cat: 'cl_B7d4PD111AAA' },
    sub: 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC', lifetime: 60, aud: undefined,
    claims: { azp: 'https://app.example.com', fva: [0, -1], nbf: now() - 10, sid: 'sess_2NNEqL2nrIRdJ194ndJqAHwEfxC', sts: 'active', v: 2 },
  },
  Auth0: {
    algorithm: 'RS256', jwk: { x5t: 'aB3', x5c: ['MIIC'] },
    sub: 'auth0|507f1f77bcf86cd799439020', lifetime: 86_400, aud: (audience) => [audience, 'https://tenant.eu.auth0.com/userinfo'],
    claims: { azp: 'my_client_id', scope: 'openid profile', permissions: [] },
  },
  Firebase: {
    algorithm: 'RS256',
    sub: 'KwyZZtXgGRSzAlwqBQqhgpSrbGm1', lifetime: 3_600,
    claims: { auth_time: now() - 60, user_id: 'KwyZZtXgGRSzAlwqBQqhgpSrbGm1', email: 'ada@example.com', email_verified: true, firebase: { identities: { email: ['ada@example.com'] }, sign_in_provider: 'password' } },
  },
  'Cloudflare Access': {
    algorithm: 'RS256',
    sub: 'ca639bb9-26ab-42e5-b9bf-3aea27b331fd', lifetime: 86_400, aud: (audience) => [audience],
    claims: { email: 'ada@example.com', nbf: now() - 10, type: 'app', identity_nonce: '6ei69kawdKzMIAPF', country: 'DE' },
  },
  'Auth.js': {
    algorithm: 'ES256', header: { typ: undefined },
    sub: 'clx1a2b3c0000', lifetime: 300,
    claims: { email: 'ada@example.com' },
  },
};

const keys = Object.fromEntries(Object.entries(SHAPES).map(([name, { algorithm, jwk }], index) => {
  const key = createKey(algorithm, `kid-${index}`);
  return [name, { ...key, jwk: { ...key.jwk, ...jwk } }];
}));
const servers = Object.fromEntries(Object.keys(SHAPES).map((name) => [name, useIssuer([createKey('ES256', 'retired'), keys[name]])]));

/** The recipes with the addresses of the test's own key sets. */
const worker = useWorker(async () => {
  const entries = await Promise.all(Object.entries(recipes).map(async ([name, { jwks, ...recipe }]) => {
    await servers[name].ready;
    return { ...recipe, ...(jwks ? { jwks: { keys: [{ ...jwks.keys[0], ...keys[name].jwk }] } } : { jwks_url: `${servers[name].name}/keys` }) };
  }));
  return { vars: { TRUSTED_ISSUERS: JSON.stringify(entries) } };
});

function tokenOf(name, changes) {
  const { issuer, audience } = recipes[name];
  const { sub, claims, lifetime, header, aud = audience } = { aud: recipes[name].audience, ...SHAPES[name] };
  const published = { iss: issuer, aud: typeof aud === 'function' ? aud(audience) : aud ?? undefined, sub, iat: now(), exp: now() + lifetime, ...claims };
  return keys[name].token({ ...published, ...changes }, header);
}

describe('The recipe for', () => {
  for (const [name, { sub }] of Object.entries(SHAPES)) {
    test(`${name} accepts its token, and no other audience, issuer or key`, async () => {
      const { issuer, audience, subject_prefix: prefix } = recipes[name];
      const send = (token) => new Caller(worker, token);
      const created = await send(tokenOf(name)).post('/api/tasks', { title: name });
      assert.equal(created.status, 201, JSON.stringify(created.body));
      assert.equal(created.body.user_id, prefix + sub);
      const session = await send(tokenOf(name)).get('/api/auth/session');
      assert.deepEqual([session.body.user.id, session.body.user.role], [prefix + sub, 'user']);
      const path = `/api/users/${encodeURIComponent(prefix + sub)}/todos`;
      assert.equal((await send(tokenOf(name)).get(path)).status, 200);
      if (audience !== null) assertDetail(await send(tokenOf(name, { aud: 'another' })).get('/api/tasks'), 401, 'Invalid token');
      assertDetail(await send(tokenOf(name, { iss: `${issuer}x` })).get('/api/tasks'), 401, 'Invalid token');
      const forged = createKey(SHAPES[name].algorithm, keys[name].kid).token({ iss: issuer, aud: audience ?? undefined, sub, exp: now() + 60 });
      assertDetail(await send(forged).get('/api/tasks'), 401, 'Invalid token');
    });
  }

  test('Cloudflare Access rejects a service token, which names no user', async () => {
    const token = tokenOf('Cloudflare Access', { sub: '', common_name: 'e367826f93b8d71185e03fe518aff3b4.access' });
    assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, 'Invalid token: missing user identifier');
  });
});

test('Every recipe has a test', () => assert.deepEqual(Object.keys(recipes), Object.keys(SHAPES)));

test('All recipes at once, and the example of the page, are a valid setting', async () => {
  for (const list of [JSON.stringify(Object.values(recipes)), exampleList]) {
    await withWorker({ vars: { TRUSTED_ISSUERS: list } }, async (configured) => {
      assertDetail(await new Caller(configured, 'a.b.c').get('/api/tasks'), 401, 'Invalid token');
    });
  }
});
