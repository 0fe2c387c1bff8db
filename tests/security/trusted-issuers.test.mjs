// Tokens of trusted issuers: which are accepted, whom they name, and what they may do.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { Caller, signUp } from '../support/caller.mjs';
import { createKey, goodClaims, signBytes, useIssuer } from '../support/issuer.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const ALGORITHMS = ['EdDSA', 'ES256', 'RS256', 'PS256'];
const keys = Object.fromEntries(ALGORITHMS.map((algorithm) => [algorithm, createKey(algorithm, `key-${algorithm}`)]));
const fetched = useIssuer(Object.values(keys));
const INLINE = 'https://inline.example.com';
const PLAIN = 'https://plain.example.com';
const inlineKey = createKey('ES256', 'inline');
const plainKey = createKey('EdDSA', undefined);
const frontend = 'the secret of a Better Auth frontend, 32 bytes';

const worker = useWorker(async () => {
  await fetched.ready;
  const issuers = [
    fetched.entry({ subject_prefix: 'fetched:' }),
    { issuer: INLINE, jwks: { keys: [inlineKey.jwk] }, audience: null, subject_prefix: 'inline:', trust_role: true },
    { issuer: PLAIN, jwks: { keys: [plainKey.jwk] }, audience: 'tasks' },
  ];
  return { vars: { TRUSTED_ISSUERS: JSON.stringify(issuers), BETTER_AUTH_SECRET: frontend, BETTER_AUTH_SUBJECT_PREFIX: 'app:' } };
});

const caller = (token) => new Caller(worker, token);
const ofFetched = (changes, options) => caller(fetched.token(changes, options));
const ofInline = (changes, header) => caller(inlineKey.token(goodClaims(INLINE, changes), header));
const ofPlain = (changes, header) => caller(plainKey.token(goodClaims(PLAIN, changes), header));

async function assertRejected(who, detail = 'Invalid token') {
  const response = await who.get('/api/tasks');
  assertDetail(response, 401, detail);
  assert.equal(response.headers.get('WWW-Authenticate'), `Bearer error="invalid_token", error_description="${detail}"`);
}

/** The reason in the log line of a rejected token. */
async function reasonOf(who) {
  const id = (await who.get('/api/tasks')).headers.get('X-Request-Id');
  await worker.printed(new RegExp(`("request_id":"${id}"})\\n`));
  return JSON.parse(worker.log().split('\n').find((line) => line.includes(id))).reason;
}

describe('A trusted issuer\'s token', () => {
  for (const algorithm of ALGORITHMS) {
    test(`is accepted with ${algorithm}`, async () => {
      const { status, body } = await ofFetched({}, { key: keys[algorithm] }).post('/api/tasks', { title: algorithm });
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal(body.user_id, 'fetched:ada');
    });
  }

  test('is accepted with either name of EdDSA, in the header and in the key', async () => {
    for (const alg of ['EdDSA', 'Ed25519']) {
      assert.equal((await ofFetched({}, { key: keys.EdDSA, header: { alg } }).get('/api/tasks')).status, 200, alg);
    }
  });

  test('is accepted by an inline key set, with any audience where none is required', async () => {
    for (const aud of [undefined, 'tasks', ['a', 'b'], 7]) assert.equal((await ofInline({ aud }).get('/api/tasks')).status, 200);
  });

  test('has every header that chooses no key ignored', async () => {
    const other = createKey('ES256', 'inline');
    const header = { jwk: other.jwk, jku: `${fetched.name}/jwks`, x5u: 'https://a.example', x5c: ['AAAA'], typ: 'at+jwt' };
    assert.equal((await ofInline({}, header).get('/api/tasks')).status, 200);
    const fetches = fetched.fetches;
    await assertRejected(caller(other.token(goodClaims(INLINE), header)));
    assert.equal(fetched.fetches, fetches);
  });
});

describe('The claims of a trusted issuer\'s token', () => {
  test('must name the issuer and the audience exactly', async () => {
    for (const iss of [`${fetched.name}/`, fetched.name.toUpperCase(), INLINE, PLAIN, 'https://else.example', '', null, 7, [fetched.name], undefined]) {
      await assertRejected(ofFetched({ iss }));
    }
    for (const aud of ['tasks', ['tasks'], ['mail', 'tasks']]) assert.equal((await ofFetched({ aud }).get('/api/tasks')).status, 200);
    for (const aud of [undefined, 'mail', 'Tasks', '', [], ['mail'], [['tasks']], null, 7]) await assertRejected(ofFetched({ aud }));
  });

  test('must have good times and a subject', async () => {
    await assertRejected(ofFetched({ exp: now() }), 'Token expired');
    for (const bad of [{ exp: undefined }, { exp: 'soon' }, { nbf: now() + 120 }, { iat: now() + 120 }, { nbf: true }]) await assertRejected(ofFetched(bad));
    for (const sub of [undefined, '', 7, 'x'.repeat(256)]) await assertRejected(ofFetched({ sub }), 'Invalid token: missing user identifier');
    assert.equal((await ofFetched({ exp: now() + 100.5, nbf: now() + 30, sub: 'x'.repeat(255) }).get('/api/tasks')).status, 200);
  });

  test('may hold anything where nobody reads them, a session id included', async () => {
    assert.equal((await ofFetched({ sid: 'sess_1', gen: 'x', email: ['x'], name: 7 }).get('/api/tasks')).status, 200);
    const deep = `{"iss":"${fetched.name}","aud":"tasks","sub":"ada","exp":${now() + 600},"x":${'['.repeat(200)}${']'.repeat(200)},"email":"\\ud83d","n":1e400}`;
    assert.equal((await caller(keys.EdDSA.token(deep)).get('/api/tasks')).status, 200);
  });

  test('must not occur twice', async () => {
    const twice = `{"iss":"${fetched.name}","aud":"tasks","sub":"ada","sub":"bob","exp":${now() + 600}}`;
    await assertRejected(caller(keys.EdDSA.token(twice)));
    const issuers = `{"iss":"${INLINE}","iss":"${fetched.name}","aud":"tasks","sub":"ada","exp":${now() + 600}}`;
    await assertRejected(caller(keys.EdDSA.token(issuers)));
  });

  test('describe the user on the session route', async () => {
    const { body } = await ofFetched({ email: 'ada@example.com', name: 'Ada', role: 'admin' }).get('/api/auth/session');
    assert.deepEqual(body.user, { id: 'fetched:ada', email: 'ada@example.com', name: 'Ada', role: 'user', created_at: null, email_verified: null });
    const trusted = await ofInline({ role: 'admin' }).get('/api/auth/session');
    assert.deepEqual([trusted.body.user.id, trusted.body.user.role], ['inline:ada', 'admin']);
  });
});

describe('The users of trusted issuers', () => {
  test('are apart from each other and from this service\'s, whatever their subject', async () => {
    const own = (sub) => caller(signToken({ sub, exp: now() + 600 }, worker));
    const user = await signUp(worker);
    const task = (await user.post('/api/tasks', { title: 'mine' })).body;
    for (const theirs of [ofFetched({ sub: user.userId }), ofInline({ sub: user.userId })]) {
      assert.deepEqual((await theirs.get('/api/tasks')).body, []);
      assertDetail(await theirs.get(`/api/tasks/${task.id}`), 404, 'Task not found');
      assertDetail(await theirs.get(`/api/users/${user.userId}/profile`), 403, 'You can only access your own resources');
    }
    const todos = `/api/users/${encodeURIComponent('inline:bob')}/todos`;
    assert.equal((await ofInline({ sub: 'bob' }).post(todos, { title: 'mine' })).status, 201);
    assertDetail(await own('bob').get(todos), 403, 'You can only access your own resources');
    for (const sub of ['inline:bob', 'fetched:', 'app:bob']) {
      await assertRejected(ofPlain({ sub }));
      await assertRejected(own(sub));
    }
    assert.equal((await ofPlain({ sub: 'inline' }).post('/api/tasks', { title: 'x' })).body.user_id, 'inline');
    const nested = await ofInline({ sub: 'fetched:bob' }).post('/api/tasks', { title: 'x' });
    assert.equal(nested.body.user_id, 'inline:fetched:bob');
    const frontends = caller(signToken({ sub: 'inline:bob', exp: now() + 600 }, { secret: frontend }));
    assert.equal((await frontends.post('/api/tasks', { title: 'x' })).body.user_id, 'app:inline:bob');
  });

  test('are administrators only where the issuer\'s role is trusted', async () => {
    const ADMIN = '/api/admin/users';
    assert.equal((await ofInline({ role: 'admin' }).get(ADMIN)).status, 200);
    for (const who of [ofFetched({ role: 'admin' }), ofPlain({ role: 'admin' }), ofInline({}), ofInline({ role: 'Admin' }), ofInline({ role: ['admin'] })]) {
      assertDetail(await who.get(ADMIN), 403, 'Admin access required');
    }
  });

  test('have no session here: signing out succeeds and ends nothing', async () => {
    const who = ofFetched({ sid: 'sess_1' });
    assert.equal((await who.post('/api/auth/signout')).status, 204);
    assert.equal((await who.get('/api/tasks')).status, 200);
    assertDetail(await who.get(`/api/users/${encodeURIComponent('fetched:ada')}/profile`), 404, 'User not found');
  });
});

describe('A token is rejected', () => {
  test('with a bad signature, or one of another algorithm', async () => {
    for (const algorithm of ALGORITHMS) {
      const token = fetched.token({}, { key: keys[algorithm] });
      const at = token.lastIndexOf('.') + 10;
      await assertRejected(caller(token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)));
      await assertRejected(caller(token.slice(0, token.lastIndexOf('.') + 1)));
      for (const alg of ALGORITHMS.filter((other) => other !== algorithm)) await assertRejected(ofFetched({}, { key: keys[algorithm], header: { alg } }));
    }
  });

  test('with an algorithm that is not accepted, in any spelling', async () => {
    for (const alg of ['none', 'ES384', 'RS512', 'PS384', 'HS512', 'eddsa', 'Ed448', 'es256', 'ES256K', '', 'constructor']) await assertRejected(ofFetched({}, { header: { alg } }));
  });

  test('with a critical extension, or a key id that is no text', async () => {
    for (const crit of [['exp'], [], null]) await assertRejected(ofFetched({}, { header: { crit } }));
    for (const kid of [7, null, ['key-EdDSA'], { a: 1 }]) await assertRejected(ofFetched({}, { header: { kid } }));
  });

  test('in another encoding of the same bytes', async () => {
    const [header, payload, signature] = fetched.token().split('.');
    for (const parts of [[`${header}=`, payload, signature], [header, `${payload}==`, signature], [header, payload, `${signature}==`]]) {
      await assertRejected(caller(parts.join('.')));
    }
    // 64 bytes leave four bits in the last character, which must be zero.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sibling = alphabet[alphabet.indexOf(signature.at(-1)) + 1];
    await assertRejected(caller(`${header}.${payload}.${signature.slice(0, -1)}${sibling}`));
  });

  test('where an ES256 signature is in DER, or a PS256 one has another salt', async () => {
    const { sign, constants } = await import('node:crypto');
    const [der, salted] = [keys.ES256, keys.PS256].map((key) => [key, fetched.token({}, { key }).split('.').slice(0, 2).join('.')]);
    const derSignature = sign('sha256', Buffer.from(der[1]), der[0].privateKey);
    await assertRejected(caller(`${der[1]}.${derSignature.toString('base64url')}`));
    for (const saltLength of [0, 20, 33]) {
      const signature = sign('sha256', Buffer.from(salted[1]), { key: salted[0].privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
      await assertRejected(caller(`${salted[1]}.${signature.toString('base64url')}`));
    }
  });

  test('signed by another issuer\'s key', async () => {
    await assertRejected(caller(inlineKey.token(goodClaims(fetched.name))));
    await assertRejected(caller(keys.ES256.token(goodClaims(INLINE), { kid: 'inline' })));
    const { privateKey } = generateKeyPairSync('ed25519');
    const [signed] = fetched.token().match(/^[^.]+\.[^.]+/);
    await assertRejected(caller(`${signed}.${signBytes('EdDSA', privateKey, Buffer.from(signed)).toString('base64url')}`));
  });
});

describe('The log says why', () => {
  const REASONS = [
    ['an unknown issuer', () => ofFetched({ iss: 'https://else.example' }), 'iss is https://else.example, which TRUSTED_ISSUERS does not list'],
    ['no issuer', () => ofFetched({ iss: undefined }), /^no iss, and TRUSTED_ISSUERS requires one/],
    ['an unknown key', () => ofInline({}, { kid: 'other' }), `kid names no usable key of ${INLINE}`],
    ['another algorithm', () => ofInline({}, { alg: 'RS256' }), `alg is not that of the key of ${INLINE}`],
    ['another audience', () => ofFetched({ aud: 'mail' }), /^aud does not name what its issuer's entry in TRUSTED_ISSUERS/],
    ['a subject of another issuer', () => ofPlain({ sub: 'inline:bob' }), /^sub begins with the prefix of another issuer/],
    ['an algorithm that is never accepted', () => ofFetched({}, { header: { alg: 'ES384' } }), 'algorithm ES384 is not accepted: see TRUSTED_ISSUERS'],
  ];
  for (const [what, who, reason] of REASONS) {
    test(what, async () => {
      const logged = await reasonOf(who());
      if (typeof reason === 'string') assert.equal(logged, reason);
      else assert.match(logged, reason);
    });
  }
});
