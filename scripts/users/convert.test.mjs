// How records of other systems become users: addresses, hashes, ids, times, roles.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { convert } from './convert.mjs';
import { canonicalEmail } from './email.mjs';
import { fieldReader, parseMapping, readTime } from './fields.mjs';
import { kindOf } from './hash-kinds.mjs';

const BCRYPT = '$2b$12$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC';
const options = { read: fieldReader({}), prefixes: ['access:'], withoutPasswords: false };
const userOf = (record, others) => convert({ record: { email: 'ada@example.com', password_hash: BCRYPT, ...record }, isFirebase: false }, { ...options, ...others }).user;

test('addresses get the spelling of the Worker, and the same texts are none', () => {
  for (const [typed, canonical] of [
    ['  Ada.Lovelace+Notes@Example.COM\n', 'ada.lovelace+notes@example.com'],
    ['ada@münchen.de', 'ada@xn--mnchen-3ya.de'], ['ΝΊΚΟΣ@example.com', 'νίκοσ@example.com'],
    ["!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ]) assert.equal(canonicalEmail(typed), canonical);
  // The list of src/domain/email.rs.
  for (const typed of ['', 'ada', '@example.com', 'ada@', 'ada@example', 'ada@.com', 'ada@example.', 'ada@example..com', 'ada@-example.com',
    'ada@example-.com', 'ada@exa_mple.com', 'ada@127.0.0.1', 'ada@[127.0.0.1]', '.ada@example.com', 'ada.@example.com', 'a..da@example.com',
    'a da@example.com', 'a@da@example.com', '"ada"@example.com', 'ada@example.com\0', 'Ada <ada@example.com>', `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`, `a@${'b.'.repeat(125)}com`, 'ada\u200b@example.com', 'ada\ud800@example.com', "a'; DROP TABLE users; --@example.com"]) {
    assert.equal(canonicalEmail(typed), undefined, JSON.stringify(typed));
  }
});

test('every recorded hash has a supported kind', () => {
  const { libraries } = JSON.parse(readFileSync(new URL('../../tests/vectors/imported_hashes.json', import.meta.url)));
  for (const { hash } of libraries.flatMap(({ hashes }) => hashes)) assert.equal(kindOf(hash).isSupported, true, hash);
});

test('hashes that the Worker would not verify are named and refused', () => {
  for (const [hash, kind] of [
    [BCRYPT.replace('$12$', '$15$'), /bcrypt with a cost over 14/], [BCRYPT.replace('$2b$', '$2x$'), /unknown/],
    [`scrypt:32768:8:1$salt$${'0'.repeat(128)}`, /Werkzeug/], [`pbkdf2:sha256:1000001$salt$${'0'.repeat(64)}`, /beyond 1000000/],
    ['pbkdf2_sha256$870000$salt$hash=', /Django/], ['$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng', /beyond 65536 KiB/],
    ['$argon2i$v=19$m=64,t=2,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng', /Argon2i /], ['5f4dcc3b5aa765d61d8327deb882cf99', /MD5/], ['password', /unknown/],
  ]) {
    assert.match(kindOf(hash).kind, kind);
    assert.throws(() => userOf({ password_hash: hash }), { message: /not supported .*--without-passwords/ });
    assert.equal(userOf({ password_hash: hash }, { withoutPasswords: true }).password_hash, '!');
  }
  assert.throws(() => userOf({ password_hash: null }), /no password hash/);
});

test('Firebase\'s own scrypt is refused by its name', () => {
  const record = { localId: 'x', email: 'ada@example.com', passwordHash: 'lSrfV15cpx95/sZS2W9c9A==', salt: 'c2FsdA==', createdAt: '1700000000000', emailVerified: true };
  assert.throws(() => convert({ record, isFirebase: true }, options), /scrypt \(Firebase\)/);
  const { user, kind } = convert({ record, isFirebase: true }, { ...options, withoutPasswords: true });
  assert.deepEqual([user.id, user.created_at, user.email_verified, kind], ['x', '2023-11-14T22:13:20.000Z', true, 'scrypt (Firebase): reset by email']);
});

describe('The columns', () => {
  test('of FastAPI, Supabase and Better Auth are found by their names', () => {
    const fastapi = userOf({ id: 7, password_hash: undefined, hashed_password: BCRYPT, full_name: 'Ada', is_superuser: 't', is_active: 'f', created_at: '2025-03-04 05:06:07.123456' });
    assert.deepEqual(fastapi, {
      id: '7', email: 'ada@example.com', name: 'Ada', role: 'admin', password_hash: BCRYPT, created_at: '2025-03-04T05:06:07.123Z', email_verified: false, suspended: true,
    });
    const supabase = userOf({
      password_hash: '', encrypted_password: BCRYPT, role: 'authenticated', email_confirmed_at: '2025-03-04 05:06:07.1+02', raw_user_meta_data: '{"full_name":"Ada L"}', banned_until: '2999-01-01 00:00:00+00',
    });
    assert.deepEqual([supabase.name, supabase.role, supabase.email_verified, supabase.suspended], ['Ada L', 'user', true, true]);
    assert.equal(userOf({ banned_until: '2001-01-01 00:00:00+00' }).suspended, false);
    const record = { id: 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru', email: 'ada@example.com', emailVerified: 1, createdAt: 1_700_000_000_000 };
    const betterAuth = convert({ record, isFirebase: false }, { ...options, passwords: new Map([[record.id, `00:${'0'.repeat(128)}`]]) });
    assert.deepEqual([betterAuth.kind, betterAuth.user.id, betterAuth.user.created_at, betterAuth.user.email_verified],
      ['scrypt (Better Auth)', record.id, '2023-11-14T22:13:20.000Z', true]);
  });

  test('may have other names', () => {
    const read = fieldReader(parseMapping('email=login,password_hash=pw'));
    assert.equal(convert({ record: { login: 'Ada@example.com', pw: BCRYPT, email: 'other@example.com' } }, { ...options, read }).user.email, 'ada@example.com');
    assert.throws(() => parseMapping('login=email'), /write <ours>=<the file's>/);
    assert.throws(() => convert({ record: {} }, options), /no email address.*--columns/);
  });

  test('hold ids that are kept where they fit, and are new otherwise', () => {
    assert.equal(userOf({ id: 'u'.repeat(255) }).id, 'u'.repeat(255));
    for (const id of ['u'.repeat(256), 'access:1', 'a\0b', undefined]) {
      assert.match(userOf({ id, created_at: '2025-01-01' }).id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    assert.ok(userOf({ created_at: '2025-01-01' }).id < userOf({ created_at: '2025-01-02' }).id);
  });

  test('hold no id that names a database which is not bound, and keep those of bound ones', () => {
    const id = (version) => `0192f0a1-7c3b-${version}-8abc-0123456789ab`;
    const idWith = (homes, version) => convert({ record: { id: id(version), email: 'ada@example.com', password_hash: BCRYPT }, isFirebase: false }, { ...options, homes }).user.id;
    for (const [homes, version] of [[0, '7abc'], [0, '4abc'], [0, '8000'], [0, '8064'], [0, '8101'], [1, '8001'], [99, '8063']]) assert.equal(idWith(homes, version), id(version));
    for (const [homes, version] of [[0, '8001'], [1, '8002'], [98, '8063']]) assert.equal(idWith(homes, version)[14], '7');
  });

  test('hold times in many forms, and names up to 100 characters', () => {
    for (const [text, time] of [
      ['2025-03-04', '2025-03-04T00:00:00.000Z'], ['2025-03-04T05:06:07Z', '2025-03-04T05:06:07.000Z'], ['2025-03-04 05:06:07+0130', '2025-03-04T03:36:07.000Z'],
      ['1741064767', '2025-03-04T05:06:07.000Z'], ['1741064767000', '2025-03-04T05:06:07.000Z'], [1741064767.5, '2025-03-04T05:06:07.500Z'],
    ]) assert.equal(readTime(text), time);
    for (const text of ['yesterday', '04.03.2025', '2025-13-01', '']) assert.equal(readTime(text), undefined);
    assert.throws(() => userOf({ created_at: 'yesterday' }), /created_at is not a time/);
    assert.equal(userOf({ name: '😀'.repeat(101) }).name, '😀'.repeat(100));
    assert.equal(userOf({ name: ' \0 ' }).name, null);
    assert.throws(() => userOf({ name: '\ud800' }), /not valid Unicode/);
  });
});
