// Which keys of a trusted issuer's set verify its tokens: the confusions that have broken other services, each with a token that is
// truly signed, so that only the rule under test rejects it.

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { Caller } from '../support/caller.mjs';
import { createKey, goodClaims, useIssuer } from '../support/issuer.mjs';
import { signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const eddsa = createKey('EdDSA', 'eddsa');
const es256 = createKey('ES256', 'es256');
const rs256 = createKey('RS256', 'rs256');
const p384 = createKey('ES256', 'p384', { namedCurve: 'P-384' });
const k256 = createKey('ES256', 'k256', { namedCurve: 'secp256k1' });
const rsa1024 = createKey('RS256', 'rsa1024', { modulusLength: 1024 });
const rsa2047 = createKey('RS256', 'rsa2047', { modulusLength: 2047 });

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
const changed = (key, changes) => ({ ...key, jwk: { ...key.jwk, ...changes } });
const without = (key, ...members) => changed(key, Object.fromEntries(members.map((member) => [member, undefined])));

/** RSA's signature without RSA: under e = 1 it is the padded hash itself (RFC 8017, section 9.2). */
function rsaOfExponentOne(claims) {
  const signed = rs256.token(claims).split('.').slice(0, 2).join('.');
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const hash = createHash('sha256').update(signed).digest();
  const padding = Buffer.alloc(256 - 3 - digestInfo.length - hash.length, 0xff);
  return `${signed}.${base64url(Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo, hash]))}`;
}

/** The points of small order (RFC 7748, section 7), in the encodings that decoders have accepted. */
const CANONICAL = [
  '0100000000000000000000000000000000000000000000000000000000000000', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000', '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
];
const SMALL_ORDER = [
  ...CANONICAL,
  '0100000000000000000000000000000000000000000000000000000000000080', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];
/**
 * With such a key, R of small order and S of zero hold for one message in eight or more, so a few messages are signed with each R that
 * has a canonical encoding.
 */
const smallOrderKey = (hex) => ({
  keys: [{ jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url(Buffer.from(hex, 'hex')) } }],
  rejected: (claims) => [1, 2, 3, 4].flatMap((n) => {
    const [signed] = eddsa.token({ ...claims, n }, { kid: undefined }).match(/^[^.]+\.[^.]+/);
    return CANONICAL.map((r) => `${signed}.${base64url(Buffer.from(r + '00'.repeat(32), 'hex'))}`);
  }),
});

/** Every issuer of this file: a set of keys, and the tokens that it must accept or reject. */
const CASES = {
  'a key without alg, use and kid': { keys: [without(eddsa, 'alg', 'use', 'kid')], accepted: (claims) => [eddsa.token(claims, { kid: undefined })] },
  'the only key of a set, for a token without kid': { keys: [es256], accepted: (claims) => [es256.token(claims, { kid: undefined })] },
  'one of two keys, for a token without kid': { keys: [es256, eddsa], rejected: (claims) => [es256.token(claims, { kid: undefined })], accepted: (claims) => [es256.token(claims), eddsa.token(claims)] },
  'the only key, for a kid that is not in the set': { keys: [es256], rejected: (claims) => ['other', '', 'ES256', 'es256 '].map((kid) => es256.token(claims, { kid })) },
  'the only key without kid, for a token with one': { keys: [without(es256, 'kid')], rejected: (claims) => [es256.token(claims)] },
  'a key whose kid is no text': { keys: [changed(es256, { kid: 7 })], rejected: (claims) => [es256.token(claims, { kid: '7' })] },
  'two keys of one kid and two algorithms': { keys: [changed(eddsa, { kid: 'both' }), changed(rs256, { kid: 'both' })], accepted: (claims) => [eddsa, rs256].map((key) => key.token(claims, { kid: 'both' })) },
  'a key for encryption': { keys: [changed(es256, { use: 'enc' })], rejected: (claims) => [es256.token(claims)] },
  'a key for other operations': { keys: [changed(es256, { key_ops: ['sign'] })], rejected: (claims) => [es256.token(claims)] },
  'a key for verifying': { keys: [changed(es256, { use: undefined, key_ops: ['verify'] })], accepted: (claims) => [es256.token(claims)] },
  'an RSA key bound to PS256': { keys: [changed(rs256, { alg: 'PS256' })], rejected: (claims) => [rs256.token(claims)] },
  'an RSA key bound to encryption': { keys: [changed(rs256, { alg: 'RSA-OAEP-256' })], rejected: (claims) => [rs256.token(claims)] },
  'an RSA key bound to nothing': { keys: [without(rs256, 'alg')], accepted: (claims) => [rs256.token(claims)], rejected: (claims) => [rs256.token(claims, { alg: 'PS256' }), rs256.token(claims, { alg: 'ES256' })] },
  'a P-256 key bound to EdDSA': { keys: [changed(es256, { alg: 'EdDSA' })], rejected: (claims) => [es256.token(claims), es256.token(claims, { alg: 'EdDSA' })] },
  'an Ed25519 key bound to its other name': { keys: [changed(eddsa, { alg: 'Ed25519' })], accepted: (claims) => ['EdDSA', 'Ed25519'].map((alg) => eddsa.token(claims, { alg })) },
  'a key of P-384': { keys: [changed(p384, { alg: undefined })], rejected: (claims) => [p384.token(claims)] },
  'a key of secp256k1': { keys: [changed(k256, { alg: undefined })], rejected: (claims) => [k256.token(claims)] },
  'a key of secp256k1 that claims P-256': { keys: [changed(k256, { crv: 'P-256' })], rejected: (claims) => [k256.token(claims)] },
  'an RSA key of 1024 bits': { keys: [rsa1024], rejected: (claims) => [rsa1024.token(claims)] },
  'an RSA key of 2047 bits': { keys: [rsa2047], rejected: (claims) => [rsa2047.token(claims)] },
  'an RSA key with e = 1': { keys: [changed(rs256, { e: 'AQ' })], rejected: (claims) => [rsaOfExponentOne(claims)] },
  'unusable keys beside a good one': {
    keys: [rsa1024, changed(k256, { crv: 'P-256' }), { jwk: { kty: 'unknown' } }, { jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url(Buffer.alloc(32, 2)) } }, { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }, { jwk: { kty: 'OKP', crv: 'X25519', x: eddsa.jwk.x } }, changed(eddsa, { x: `${eddsa.jwk.x}=`, kid: 'padded' }), { jwk: { kty: 'RSA', e: 'AQAB' } }, rs256],
    accepted: (claims) => [rs256.token(claims), rs256.token(claims, { kid: undefined })],
    rejected: (claims) => [rsa1024.token(claims), k256.token(claims)],
  },
  // The bytes of a public key are known to everybody: as an HMAC secret they would let anybody sign.
  'HS256 under the bytes of a public key': {
    keys: [rs256, es256],
    rejected: (claims) => [rs256, es256].flatMap(({ publicKey, jwk }) => {
      const secrets = [publicKey.export({ type: 'spki', format: 'pem' }), publicKey.export({ type: 'spki', format: 'der' }), JSON.stringify(jwk), jwk.n ?? jwk.x, Buffer.from(jwk.n ?? jwk.x, 'base64url')];
      return secrets.flatMap((secret) => [
        signToken(claims, { secret, header: { alg: 'HS256', typ: 'JWT', kid: jwk.kid } }),
        ...['RS256', 'ES256'].map((alg) => withMac(claims, secret, { alg, kid: jwk.kid })),
      ]);
    }),
  },
  ...Object.fromEntries(SMALL_ORDER.map((hex) => [`an Ed25519 key of small order ${hex.slice(0, 4)}…${hex.slice(-2)}`, smallOrderKey(hex)])),
};

/** A MAC in a token whose header names another algorithm. */
function withMac(claims, secret, header) {
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const nameOf = (index) => `https://issuer-${index}.example.com`;
/** A setting with a symmetric or a private key is refused, so these are fetched. */
const secret = Buffer.alloc(32, 7);
const careless = useIssuer([
  { jwk: { kty: 'oct', k: base64url(secret), kid: 'oct', alg: 'HS256' } },
  changed(eddsa, eddsa.privateKey.export({ format: 'jwk' })),
  es256,
]);
const crowded = useIssuer(Array.from({ length: 101 }, (_, index) => createKey('EdDSA', `key-${index}`)));
const worker = useWorker(async () => {
  await Promise.all([careless.ready, crowded.ready]);
  const entries = Object.values(CASES).map(({ keys }, index) => (
    { issuer: nameOf(index), jwks: { keys: keys.map(({ jwk }) => jwk) }, audience: 'tasks', subject_prefix: `${index}:` }
  ));
  entries.push(careless.entry({ subject_prefix: 'careless:' }), crowded.entry({ subject_prefix: 'crowded:' }));
  return { vars: { TRUSTED_ISSUERS: JSON.stringify(entries) } };
});

describe('The keys of a set:', () => {
  for (const [index, [what, { accepted = () => [], rejected = () => [] }]] of Object.entries(CASES).entries()) {
    test(what, async () => {
      const claims = goodClaims(nameOf(index));
      for (const token of accepted(claims)) {
        const { status, body } = await new Caller(worker, token).get('/api/tasks');
        assert.equal(status, 200, JSON.stringify(body));
      }
      const responses = await Promise.all(rejected(claims).map((token) => new Caller(worker, token).get('/api/tasks')));
      for (const response of responses) assertDetail(response, 401, 'Invalid token');
    });
  }
});

describe('In a set that is fetched', () => {
  const ask = (token) => new Caller(worker, token).get('/api/tasks');

  test('symmetric and private keys verify nothing, and the other keys count', async () => {
    const claims = goodClaims(careless.name);
    assert.equal((await ask(es256.token(claims))).status, 200);
    assert.equal((await ask(es256.token(claims, { kid: undefined }))).status, 200);
    const symmetric = [
      signToken(claims, { secret, header: { alg: 'HS256', kid: 'oct' } }),
      ...['HS256', 'EdDSA', 'ES256'].map((alg) => withMac(claims, secret, { alg, kid: 'oct' })),
    ];
    for (const token of [...symmetric, eddsa.token(claims)]) assertDetail(await ask(token), 401, 'Invalid token');
  });

  test('100 keys are used at most', async () => {
    const tokenOf = (index) => crowded.token({}, { key: crowded.keys[index] });
    for (const index of [0, 99]) assert.equal((await ask(tokenOf(index))).status, 200);
    assertDetail(await ask(tokenOf(100)), 401, 'Invalid token');
  });
});
