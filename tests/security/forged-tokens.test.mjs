// Token forgery: more than 440 tokens, each made from a valid one by an attack that has worked against some implementation.
// Every one must be rejected with the same 401 and must store nothing.

import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HEADER = '{"alg":"HS256","typ":"JWT"}';
const REJECTED = '401 {"detail":"Invalid token"} Bearer error="invalid_token", error_description="Invalid token"';
const SUBJECT = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
// The name encodes to both characters in which base64url differs from base64.
const PAYLOAD = JSON.stringify({ sub: SUBJECT, exp: now() + 3600, name: '?????>>>>>' });

const part = (content) => Buffer.from(content).toString('base64url');
const mac = (text, key, hash = 'sha256') => createHmac(hash, key).update(text).digest();

/** A token of any header and payload under any key, its parts encoded correctly. */
function forge(header, payload, key, hash) {
  return signParts(part(header), part(payload), key, hash);
}

/** The same for parts that are already encoded, perhaps incorrectly. */
function signParts(header, payload, key, hash) {
  return `${header}.${payload}.${part(mac(`${header}.${payload}`, key, hash))}`;
}

/** Each family of attacks: its tokens, made with the service's secret where possible, so that only the attack is wrong with them. */
const families = {
  'another algorithm': (secret) => [
    ...['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => {
      const text = `${part(JSON.stringify({ alg }))}.${part(PAYLOAD)}`;
      return [text, ...['', 'AA', part(mac(text, secret)), part(mac(text, ''))].map((signature) => `${text}.${signature}`)];
    }),
    ...['hs256', 'Hs256', 'HS256 ', ' HS256', 'HS-256', 'HS256\u0000', 'HS2560', 'HMAC', 'SHA256', '', 'RS256', 'PS256',
      'ES256', 'EdDSA', 'dir', null, true, 0, 256, [], ['HS256'], {}, { HS256: true },
    ].map((alg) => forge(JSON.stringify({ alg, typ: 'JWT' }), PAYLOAD, secret)),
    ...[['HS384', 'sha384'], ['HS512', 'sha512'], ['HS256', 'sha384'], ['HS256', 'sha512'], ['HS256', 'sha1'], ['HS384', 'sha256'],
      ['HS512', 'sha256']].map(([alg, hash]) => forge(JSON.stringify({ alg }), PAYLOAD, secret, hash)),
    ...['{}', '{"typ":"JWT"}', '{"ALG":"HS256"}', '{"Alg":"HS256"}'].map((header) => forge(header, PAYLOAD, secret)),
  ],

  'a public key in place of the secret': () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = rsa.publicKey.export({ format: 'jwk' });
    const der = rsa.publicKey.export({ format: 'der', type: 'spki' });
    const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' });
    const rs256 = (text) => sign('sha256', text, rsa.privateKey);
    const es256 = (text) => sign('sha256', text, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
    return [
      ...[
        [{ alg: 'RS256' }, rs256], [{ alg: 'RS256', jwk }, rs256], [{ alg: 'HS256', jwk }, rs256],
        [{ alg: 'RS256', x5c: [der.toString('base64')] }, rs256],
        [{ alg: 'RS256', jku: 'https://attacker.example/keys', kid: 'mine' }, rs256],
        [{ alg: 'ES256', jwk: ec.publicKey.export({ format: 'jwk' }) }, es256], [{ alg: 'HS256' }, es256],
        [{ alg: 'ES256' }, () => Buffer.alloc(64)],
      ].map(([header, signer]) => {
        const text = `${part(JSON.stringify(header))}.${part(PAYLOAD)}`;
        return `${text}.${part(signer(Buffer.from(text)))}`;
      }),
      ...[pem, pem.trim(), der, JSON.stringify(jwk), jwk.n]
        .map((key) => forge(JSON.stringify({ alg: 'HS256', jwk }), PAYLOAD, key)),
    ];
  },

  'a key that the token contains or refers to': () => {
    const key = randomBytes(32);
    const oct = { kty: 'oct', k: part(key), alg: 'HS256', kid: 'mine' };
    const url = 'https://attacker.example/keys';
    return [
      ...[
        { jwk: oct }, { jwk: oct, kid: 'mine' }, { jku: url, kid: 'mine' }, { x5u: url }, { x5c: [part(key)] },
        { x5t: part(key) }, { 'x5t#S256': part(key) }, { k: oct.k }, { key: oct.k }, { keys: [oct] }, { jwks: { keys: [oct] } },
        { kid: oct }, { secret: oct.k },
      ].map((member) => forge(JSON.stringify({ alg: 'HS256', ...member }), PAYLOAD, key)),
      ...[['/dev/null', ''], ['../../../../dev/null', ''], ["' UNION SELECT 'key' --", 'key'], ['key', 'key'], ['0', '0'],
        ['', ''], ['file:///etc/hostname', 'localhost'], ['JWT_SECRET', 'JWT_SECRET'], ['__proto__', ''], ['previous', ''],
        [null, 'null'], [7, '7'], ['constructor', 'function Object() { [native code] }'], ['x'.repeat(4096), 'x'.repeat(4096)],
      ].map(([kid, key]) => forge(JSON.stringify({ alg: 'HS256', kid }), PAYLOAD, key)),
    ];
  },

  'a guessed key or one similar to the secret': (secret) => [
    '', ' ', 'secret', 'Secret', 'password', 'changeme', 'your-256-bit-secret', 'your-secret-key', 'supersecretjwt',
    'JWT_SECRET', 'undefined', 'null', 'HS256', SUBJECT, HEADER, PAYLOAD, JSON.stringify(secret),
    `${secret}\n`, ` ${secret}`, `${secret}=`, secret + secret,
    secret.slice(0, -1), secret.slice(1), secret.toLowerCase(), secret.toUpperCase(), [...secret].reverse().join(''),
    Buffer.from(secret, 'base64url'), part(secret), Buffer.from(secret).toString('hex'),
    createHash('sha256').update(secret).digest(), createHash('sha256').update(secret).digest('hex'),
    randomBytes(32), randomBytes(64), randomUUID(),
  ].map((key) => forge(HEADER, PAYLOAD, key)),

  'a crit header': (secret) => [
    [], null, ['exp'], ['b64'], ['alg'], ['urn:example:unknown'], [''], [null], [7], {}, '', 'exp', 0, 1, false, true,
  ].map((crit) => forge(JSON.stringify({ alg: 'HS256', crit }), PAYLOAD, secret)),

  'a wrong encoding under a correct signature': (secret) => {
    const [h, p, s] = forge(HEADER, PAYLOAD, secret).split('.');
    // Pad the JSON with spaces until its last base64 group holds one or two bytes: its last character then has unused bits.
    const leaving = (text, over) => text.padEnd(text.length + ((3 + over - (Buffer.byteLength(text) % 3)) % 3));
    const respelled = (text, bits = 1) => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)) | bits];
    const padded = (text) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
    return [
      ...[1, 2].flatMap((over) => [respelled, padded].flatMap((misspelled) => [
        signParts(misspelled(part(leaving(HEADER, over))), p, secret), signParts(h, misspelled(part(leaving(PAYLOAD, over))), secret),
      ])),
      ...[1, 2, 3].map((bits) => `${h}.${p}.${respelled(s, bits)}`),
      signParts(h, Buffer.from(PAYLOAD).toString('base64').replace(/=+$/, ''), secret),
      ...['=', '==', '%3D', '%00', '\u00e9', '!', '"', '*', '~', '+', '/', '++++', '////'].flatMap((junk) => [
        signParts(`${h}${junk}`, p, secret), signParts(h, `${junk}${p}`, secret), `${h}.${p}.${s}${junk}`, `${h}.${p}.${junk}${s}`,
      ]),
      signParts(`${h}A`, p, secret), signParts(h, p.slice(0, -1), secret), signParts('', p, secret), signParts(h, '', secret), signParts('', '', secret),
      signParts(Buffer.from(HEADER).toString('hex'), Buffer.from(PAYLOAD).toString('hex'), secret), `${h}%2E${p}%2E${s}`,
      `${h}\t.${p}.${s}`, `${h}.${p}.\t${s}`,
    ];
  },

  'missing, added or moved parts': (secret) => {
    const [h, p, s] = forge(HEADER, PAYLOAD, secret).split('.');
    return [
      h, p, s, `${h}.${p}`, `${p}.${s}`, `${h}.${p}.`, `${h}..${s}`, `.${p}.${s}`, `${h}.`, `${h}..`, `.${p}.`, `.${s}`, `..${s}`,
      '.', '..', '...', `${h}.${p}.${s}.`, `.${h}.${p}.${s}`, `${h}..${p}.${s}`, `${h}.${p}..${s}`,
      `${h}.${h}.${p}.${s}`, `${h}.${p}.${p}.${s}`, `${h}.${p}.${s}.${s}`, `${p}.${h}.${s}`, `${s}.${p}.${h}`, `${h}.${s}.${p}`,
      `${h}:${p}:${s}`, `${h}.${p}.${s};`, `'${h}.${p}.${s}'`, `<${h}.${p}.${s}>`,
      `${part('{"alg":"dir","enc":"A256GCM"}')}..${part(randomBytes(12))}.${part(PAYLOAD)}.${part(randomBytes(16))}`,
    ];
  },

  'another signature': (secret) => {
    const text = `${part(HEADER)}.${part(PAYLOAD)}`;
    const right = mac(text, secret);
    return [
      right.subarray(0, 1), right.subarray(0, 16), right.subarray(0, 31), right.subarray(1), Buffer.concat([right, right]),
      Buffer.concat([right, Buffer.alloc(1)]), Buffer.concat([Buffer.alloc(1), right]), Buffer.from(right).reverse(),
      right.map((byte) => byte ^ 255), right.toString('hex'), right.toString('base64'), text,
      Buffer.alloc(32), Buffer.alloc(32, 255), Buffer.alloc(64), randomBytes(32),
      mac(part(PAYLOAD), secret), mac(part(HEADER), secret), mac(`${HEADER}.${PAYLOAD}`, secret), mac(`${text}.`, secret),
      mac(right, secret), mac(secret, text),
      createHash('sha256').update(secret + text).digest(), createHash('sha256').update(text).digest(),
    ].map((signature) => `${text}.${part(signature)}`);
  },

  'JSON that is none, or no object, or read in two ways': (secret) => {
    const spoiled = (text) => [
      `${text}x`, `${text}${text}`, `${text}//`, `/**/${text}`, `\ufeff${text}`, `${text}\u0000`, `\u0000${text}`,
      text.slice(0, -1), text.replace('{', '{,'), text.replace('}', ',}'), text.replaceAll('"', "'"),
      `[${text}]`, '[]', 'null', 'true', '7', '""', '{', JSON.stringify(text),
      Buffer.from(text, 'utf16le'), Buffer.from(`\ufeff${text}`, 'utf16le'),
      `${text.slice(0, -1)},"x":"\u0001"}`, `${text.slice(0, -1)},"x":01}`,
      Buffer.concat([Buffer.from(`${text.slice(0, -1)},"x":"`), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')]),
    ];
    const twice = (text, members) => members.flatMap((member) => [
      text.replace('{', `{${member},`), text.replace(/\}$/, `,${member}}`),
    ]);
    const headers = [...spoiled(HEADER), ...twice(HEADER, ['"alg":"none"', '"alg":"HS256"', '"\\u0061lg":"none"'])];
    const claimedTwice = ['"sub":"admin"', '"\\u0073ub":"admin"', '"exp":99999999999', '"sid":"a","sid":"b"'];
    const payloads = [...spoiled(PAYLOAD), ...twice(PAYLOAD, claimedTwice)];
    return [
      ...headers.map((header) => forge(header, PAYLOAD, secret)),
      ...payloads.map((payload) => forge(HEADER, payload, secret)),
    ];
  },

  'one bit of one character': (secret) => {
    const good = forge(HEADER, PAYLOAD, secret);
    const places = Array.from(good, (_, at) => at).filter((at) => at % 2 === 0 && good[at] !== '.');
    return places.map((at, n) => good.slice(0, at) + ALPHABET[ALPHABET.indexOf(good[at]) ^ (1 << (n % 6))] + good.slice(at + 1));
  },

  'a token of another purpose or issuer, or no token at all': (secret) => {
    const elsewhere = randomBytes(32);
    const claims = JSON.parse(PAYLOAD);
    return [
      // The token that a frontend mails to verify an address has the same form as a session token.
      ...[{ email: 'victim@example.com', ...claims }, { ...claims, email: 'victim@example.com', updateTo: 'attacker@example.com' },
        { ...claims, role: 'admin' }, { ...claims, iss: 'https://elsewhere.example' }, { ...claims, filler: 'x'.repeat(40_000) },
      ].map((payload) => forge(HEADER, JSON.stringify(payload), elsewhere)),
      ...[{ kid: 'elsewhere' }, { typ: 'at+jwt' }, { filler: 'x'.repeat(40_000) }]
        .map((header) => forge(JSON.stringify({ alg: 'HS256', ...header }), PAYLOAD, elsewhere)),
      'x'.repeat(60_000), '.'.repeat(60_000), `${'a.'.repeat(20_000)}a`,
      `${part(HEADER)}.${'A'.repeat(59_000)}.${part(mac('', secret))}`,
      `{"token":"${forge(HEADER, PAYLOAD, secret)}"}`, part(forge(HEADER, PAYLOAD, secret)), randomUUID(), 'null', 'undefined',
      '[object%20Object]',
    ];
  },
};

let user;
const worker = useWorker({}, async () => {
  user = await signUp(worker);
});
const db = useDatabase(worker);

function writeWith(token) {
  return new Caller(worker, token).post('/api/tasks', { title: 'Written by a forged token' });
}

async function assertAllRejected(tokens) {
  const accepted = [];
  for (const token of tokens) {
    const { status, headers, body } = await writeWith(token);
    const response = `${status} ${JSON.stringify(body)} ${headers.get('WWW-Authenticate')}`;
    if (response !== REJECTED) accepted.push({ token: token.slice(0, 400), response });
  }
  assert.deepEqual(accepted, []);
}

test('the token that the forgeries are made from is valid', async () => {
  const reader = new Caller(worker, forge(HEADER, PAYLOAD, worker.secret));
  assert.equal((await reader.get('/api/tasks')).status, 200);
  const spaced = new Caller(worker, forge(`${HEADER}  `, `${PAYLOAD}  `, worker.secret));
  assert.equal((await spaced.get('/api/tasks')).status, 200);
});

describe('A forged token is rejected', () => {
  for (const [what, forgeries] of Object.entries(families)) test(what, () => assertAllRejected(forgeries(worker.secret)));

  test('a real token changed or used for another purpose', async () => {
    const [header, payload, signature] = user.accessToken.split('.');
    const claims = decodeToken(user.accessToken).claims;
    const other = await signUp(worker);
    const changed = (changes) => `${header}.${part(JSON.stringify({ ...claims, ...changes }))}.${signature}`;
    await assertAllRejected([
      user.refreshToken, `${header}.${payload}.${user.refreshToken.split('.')[2]}`,
      `${header}.${payload}.${other.accessToken.split('.')[2]}`,
      `${header}.${other.accessToken.split('.')[1]}.${signature}`, `${header}.${user.refreshToken.split('.')[1]}.${signature}`,
      changed({ role: 'admin' }), changed({ sub: other.userId }), changed({ exp: claims.exp + 1 }), changed({ sid: undefined }),
      changed({ email: other.email }),
    ]);
  });
});

test('the forgeries are at least 440 different tokens', () => {
  const all = Object.values(families).flatMap((forgeries) => forgeries(worker.secret));
  assert.ok(new Set(all).size >= 440, `${all.length}`);
  assert.equal(new Set(all).size, all.length, 'no duplicates');
});

test('no forgery stored anything, and the real token stays valid', async () => {
  for (const table of ['tasks', 'sessions', 'users']) {
    const { results } = await db.prepare(`SELECT * FROM ${table}`).all();
    assert.equal(results.filter((row) => JSON.stringify(row).includes(SUBJECT)).length, 0, table);
  }
  assert.equal((await db.prepare('SELECT count(*) AS n FROM tasks').first()).n, 0);
  assert.equal((await writeWith(user.accessToken)).status, 201);
  assert.equal((await user.get('/api/tasks')).body.length, 1);
});
