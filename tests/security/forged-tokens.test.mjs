// Some four hundred tokens that nobody issued, each made from a good one by a trick that worked somewhere once: none may pass,
// none may upset the service, and none may leave anything behind.

import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HEADER = '{"alg":"HS256","typ":"JWT"}';
const REFUSED = '401 {"detail":"Invalid token"} Bearer error="invalid_token", error_description="Invalid token"';
const SUBJECT = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
// The name brings both characters in which the two alphabets of base64 differ.
const PAYLOAD = JSON.stringify({ sub: SUBJECT, exp: now() + 3600, name: '?????>>>>>' });

const part = (content) => Buffer.from(content).toString('base64url');
const mac = (text, key, hash = 'sha256') => createHmac(hash, key).update(text).digest();

/** What most tricks need: a token of any header and payload under any key, its parts encoded in the one right way. */
function forge(header, payload, key, hash) {
  return seal(part(header), part(payload), key, hash);
}

/** The same with parts that are encoded already, perhaps in a wrong way. */
function seal(header, payload, key, hash) {
  return `${header}.${payload}.${part(mac(`${header}.${payload}`, key, hash))}`;
}

/** Each family of tricks: its tokens, made with the secret of the service, so that nothing but the trick is wrong with them. */
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

  'a public key in the place of the secret': () => {
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
        [{ alg: 'RS256', jku: 'https://thief.example/keys', kid: 'mine' }, rs256],
        [{ alg: 'ES256', jwk: ec.publicKey.export({ format: 'jwk' }) }, es256], [{ alg: 'HS256' }, es256],
        [{ alg: 'ES256' }, () => Buffer.alloc(64)],
      ].map(([header, sealed]) => {
        const text = `${part(JSON.stringify(header))}.${part(PAYLOAD)}`;
        return `${text}.${part(sealed(Buffer.from(text)))}`;
      }),
      ...[pem, pem.trim(), der, JSON.stringify(jwk), jwk.n]
        .map((key) => forge(JSON.stringify({ alg: 'HS256', jwk }), PAYLOAD, key)),
    ];
  },

  'a key that the token brings along or points at': () => {
    const key = randomBytes(32);
    const oct = { kty: 'oct', k: part(key), alg: 'HS256', kid: 'mine' };
    const url = 'https://thief.example/keys';
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

  'a key that somebody may have guessed, or nearly has': (secret) => [
    '', ' ', 'secret', 'Secret', 'password', 'changeme', 'your-256-bit-secret', 'your-secret-key', 'supersecretjwt',
    'JWT_SECRET', 'undefined', 'null', 'HS256', SUBJECT, HEADER, PAYLOAD, JSON.stringify(secret),
    `${secret}\n`, ` ${secret}`, `${secret}=`, secret + secret,
    secret.slice(0, -1), secret.slice(1), secret.toLowerCase(), secret.toUpperCase(), [...secret].reverse().join(''),
    Buffer.from(secret, 'base64url'), part(secret), Buffer.from(secret).toString('hex'),
    createHash('sha256').update(secret).digest(), createHash('sha256').update(secret).digest('hex'),
    randomBytes(32), randomBytes(64), randomUUID(),
  ].map((key) => forge(HEADER, PAYLOAD, key)),

  'a header that has to be understood': (secret) => [
    [], null, ['exp'], ['b64'], ['alg'], ['urn:example:unknown'], [''], [null], [7], {}, '', 'exp', 0, 1, false, true,
  ].map((crit) => forge(JSON.stringify({ alg: 'HS256', crit }), PAYLOAD, secret)),

  'wrong encoding under a right signature': (secret) => {
    const [h, p, s] = forge(HEADER, PAYLOAD, secret).split('.');
    // Spaces after the JSON, until one or two bytes are left over for the last characters: these then have bits that mean nothing.
    const leaving = (text, over) => text.padEnd(text.length + ((3 + over - (Buffer.byteLength(text) % 3)) % 3));
    const respelled = (text, bits = 1) => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.at(-1)) | bits];
    const padded = (text) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
    return [
      ...[1, 2].flatMap((over) => [respelled, padded].flatMap((misspelled) => [
        seal(misspelled(part(leaving(HEADER, over))), p, secret), seal(h, misspelled(part(leaving(PAYLOAD, over))), secret),
      ])),
      ...[1, 2, 3].map((bits) => `${h}.${p}.${respelled(s, bits)}`),
      seal(h, Buffer.from(PAYLOAD).toString('base64').replace(/=+$/, ''), secret),
      ...['=', '==', '%3D', '%00', '\u00e9', '!', '"', '*', '~', '+', '/', '++++', '////'].flatMap((junk) => [
        seal(`${h}${junk}`, p, secret), seal(h, `${junk}${p}`, secret), `${h}.${p}.${s}${junk}`, `${h}.${p}.${junk}${s}`,
      ]),
      seal(`${h}A`, p, secret), seal(h, p.slice(0, -1), secret), seal('', p, secret), seal(h, '', secret), seal('', '', secret),
      seal(Buffer.from(HEADER).toString('hex'), Buffer.from(PAYLOAD).toString('hex'), secret), `${h}%2E${p}%2E${s}`,
      `${h}\t.${p}.${s}`, `${h}.${p}.\t${s}`,
    ];
  },

  'parts missing, added or moved': (secret) => {
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

  'a token for something else, from somewhere else, or none at all': (secret) => {
    const elsewhere = randomBytes(32);
    const claims = JSON.parse(PAYLOAD);
    return [
      // What a frontend sends by mail to prove an address looks just like a token for a session.
      ...[{ email: 'victim@example.com', ...claims }, { ...claims, email: 'victim@example.com', updateTo: 'thief@example.com' },
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
  return new Caller(worker, token).post('/api/tasks', { title: 'nobody may write this' });
}

async function assertForged(tokens) {
  const passed = [];
  for (const token of tokens) {
    const { status, headers, body } = await writeWith(token);
    const response = `${status} ${JSON.stringify(body)} ${headers.get('WWW-Authenticate')}`;
    if (response !== REFUSED) passed.push({ token: token.slice(0, 400), response });
  }
  assert.deepEqual(passed, []);
}

test('is a fair trial: what the forgeries are made from is good', async () => {
  const reader = new Caller(worker, forge(HEADER, PAYLOAD, worker.secret));
  assert.equal((await reader.get('/api/tasks')).status, 200);
  const spaced = new Caller(worker, forge(`${HEADER}  `, `${PAYLOAD}  `, worker.secret));
  assert.equal((await spaced.get('/api/tasks')).status, 200);
});

describe('a forged token is refused when it tries', () => {
  for (const [what, forgeries] of Object.entries(families)) test(what, () => assertForged(forgeries(worker.secret)));

  test('to use a real token beyond what it is for', async () => {
    const [header, payload, signature] = user.accessToken.split('.');
    const claims = decodeToken(user.accessToken).claims;
    const other = await signUp(worker);
    const changed = (changes) => `${header}.${part(JSON.stringify({ ...claims, ...changes }))}.${signature}`;
    await assertForged([
      user.refreshToken, `${header}.${payload}.${user.refreshToken.split('.')[2]}`,
      `${header}.${payload}.${other.accessToken.split('.')[2]}`,
      `${header}.${other.accessToken.split('.')[1]}.${signature}`, `${header}.${user.refreshToken.split('.')[1]}.${signature}`,
      changed({ role: 'admin' }), changed({ sub: other.userId }), changed({ exp: claims.exp + 1 }), changed({ sid: undefined }),
      changed({ email: other.email }),
    ]);
  });
});

test('there are at least two hundred of them, all different', () => {
  const all = Object.values(families).flatMap((forgeries) => forgeries(worker.secret));
  assert.ok(new Set(all).size >= 200, `${all.length}`);
  assert.equal(new Set(all).size, all.length, 'the same one twice');
});

test('none of them wrote anything, and the real token is as good as before', async () => {
  for (const table of ['tasks', 'sessions', 'users']) {
    const { results } = await db.prepare(`SELECT * FROM ${table}`).all();
    assert.equal(results.filter((row) => JSON.stringify(row).includes(SUBJECT)).length, 0, table);
  }
  assert.equal((await db.prepare('SELECT count(*) AS n FROM tasks').first()).n, 0);
  assert.equal((await writeWith(user.accessToken)).status, 201);
  assert.equal((await user.get('/api/tasks')).body.length, 1);
});
