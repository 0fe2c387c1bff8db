// The Worker's own Argon2id uses WebAssembly SIMD, which no native test runs. Node's OpenSSL must compute the same tags: for hashes
// that the Worker stored, and for hashes that Node made.

import assert from 'node:assert/strict';
import { argon2Sync, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { anonymous, signUp } from '../support/caller.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const PASSWORDS = ['Abcdef1!', 'Correct horse 7 battery', `Aa1${'😀'.repeat(125)}`];
const base64 = (bytes) => bytes.toString('base64').replace(/=+$/, '');

/** A PHC string computed by Node; `memory` in KiB. */
function hashByNode(password, salt, { memory, passes }) {
  const tag = argon2Sync('argon2id', { message: password, nonce: salt, parallelism: 1, tagLength: 32, memory, passes });
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${base64(salt)}$${base64(tag)}`;
}

const worker = useWorker();
const db = useDatabase(worker);

const hashOf = async ({ userId }) =>
  (await db.prepare('SELECT password_hash FROM users WHERE id = ?').bind(userId).first()).password_hash;
const store = ({ userId }, hash) => db.prepare('UPDATE users SET password_hash = ? WHERE id = ?').bind(hash, userId).run();
const signIn = async ({ email }, password) => (await anonymous(worker).post('/api/auth/signin', { email, password })).status;

describe('A hash by the Worker', () => {
  for (const password of PASSWORDS) {
    test(`is what Node computes for a password of ${Buffer.byteLength(password)} bytes`, async () => {
      const stored = await hashOf(await signUp(worker, { password }));
      const salt = Buffer.from(stored.split('$').at(-2), 'base64');
      assert.equal(stored, hashByNode(password, salt, { memory: 19_456, passes: 2 }));
    });
  }
});

describe('A hash by Node', () => {
  // Segments of 2 blocks and of thousands, sizes that are no multiple of 4, and more than one pass that overwrites.
  for (const cost of [
    { memory: 8, passes: 1 }, { memory: 13, passes: 4 }, { memory: 1_027, passes: 3 }, { memory: 7_168, passes: 5 },
    { memory: 19_456, passes: 2 }, { memory: 65_536, passes: 1 },
  ]) {
    test(`accepts its password and no other: ${cost.memory} KiB, t = ${cost.passes}`, async () => {
      const user = await signUp(worker);
      const hash = hashByNode(user.password, randomBytes(16), cost);
      await store(user, hash);
      assert.equal(await signIn(user, `${user.password}.`), 401);
      assert.equal(await hashOf(user), hash);
      assert.equal(await signIn(user, user.password), 200);
    });
  }
});
