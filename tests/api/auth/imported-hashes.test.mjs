// Users of other systems sign in with the passwords they have: hashes by passlib, bcrypt, Werkzeug and Better Auth, recorded in
// tests/vectors/imported_hashes.json with the snippets that made them, verify here and are renewed at the first sign-in.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, randomEmail } from '../../support/caller.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const { libraries } = JSON.parse(readFileSync(new URL('../../vectors/imported_hashes.json', import.meta.url)));
const OWN_HASH = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
const BCRYPT = '$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC';

const worker = useWorker();
const database = useDatabase(worker);

async function importUser(hash) {
  const user = { id: randomUUID(), email: randomEmail() };
  const sql = 'INSERT INTO users (id, email, password_hash, created_at) VALUES (?, ?, ?, ?)';
  await database.prepare(sql).bind(user.id, user.email, hash, '2026-01-01T00:00:00.000Z').run();
  return user;
}

const hashOf = async ({ id }) => (await database.prepare('SELECT password_hash FROM users WHERE id = ?').bind(id).first()).password_hash;
const signIn = ({ email }, password) => anonymous(worker).post('/api/auth/signin', { email, password });

describe('An imported hash', { timeout: 300_000 }, () => {
  for (const { name, version, hashes } of libraries) {
    for (const { note, password, wrong, also = [], hash } of hashes) {
      test(`by ${name} ${version} accepts its password and no other, and is renewed: ${note}`, async () => {
        const user = await importUser(hash);
        for (const other of wrong) assertDetail(await signIn(user, other), 401, 'Invalid credentials');
        assert.equal(await hashOf(user), hash, 'a wrong password renews nothing');
        const response = await signIn(user, password);
        assert.equal(response.status, 200, JSON.stringify(response.body));
        assert.equal(response.body.user_id, user.id);
        assert.match(await hashOf(user), OWN_HASH);
        assert.equal((await signIn(user, password)).status, 200, 'the renewed hash accepts the password');
        for (const equal of also) assert.equal((await signIn(await importUser(hash), equal)).status, 200, equal);
      });
    }
  }

  test('whose password was not in NFC is renewed in NFC, as new passwords are', async () => {
    const { password, hash } = libraries[0].hashes.find(({ note }) => note.includes('NFC'));
    const user = await importUser(hash);
    assert.equal((await signIn(user, password)).status, 200);
    assert.equal((await signIn(user, password.normalize('NFC'))).status, 200);
  });

  test('verifies at /auth/token', async () => {
    const { password, hash } = libraries[0].hashes[0];
    const { email } = await importUser(hash);
    const body = new URLSearchParams({ username: email, password }).toString();
    const response = await anonymous(worker).send('POST', '/auth/token', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body });
    assert.equal(response.status, 200);
  });

  // Each string would accept the password `a` or `x` if the check of its form were missing.
  for (const [what, hash] of [
    ['bcrypt of cost 15', BCRYPT.replace('$04$', '$15$')],
    ['bcrypt of a cost of one digit', BCRYPT.replace('$04$', '$4$')],
    ['bcrypt with another prefix', BCRYPT.replace('$2b$', '$2x$')],
    ['bcrypt that is cut short', BCRYPT.slice(0, -1)],
    ['PBKDF2 of 1,000,001 iterations', `pbkdf2:sha256:1000001$salt$${'0'.repeat(64)}`],
    ['PBKDF2 of no iterations', `pbkdf2:sha256:0$salt$${'0'.repeat(64)}`],
    ['PBKDF2 by SHA-512', `pbkdf2:sha512:1000$salt$${'0'.repeat(128)}`],
    ["Firebase's scrypt", 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='],
    ["Werkzeug's scrypt", `scrypt:32768:8:1$salt$${'0'.repeat(128)}`],
    ["Better Auth's scrypt without salt", `:${'0'.repeat(128)}`],
    ['plain text', 'Correct horse 7 battery'],
  ]) {
    test(`of an unsupported kind is 401 with a log line that names the cure: ${what}`, async () => {
      const response = await signIn(await importUser(hash), 'a');
      assertDetail(response, 401, 'Invalid credentials');
      const id = response.headers.get('X-Request-Id');
      const line = JSON.parse(await worker.printed(new RegExp(`(\\{[^\\n]*"request_id":"${id}"\\})`)));
      assert.equal(line.reason, 'unreadable_hash');
      assert.match(line.cause, /bcrypt.*scrypt.*PBKDF2.*moving-users/);
    });
  }
});
