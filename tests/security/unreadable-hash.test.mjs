// An account whose stored hash cannot be read, for instance after a faulty import, must not differ for the client from any
// other account with a wrong password. The operator reads in the log what to do.

import assert from 'node:assert/strict';
import { argon2Sync, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { anonymous, signUp } from '../support/caller.mjs';
import { assertDetail } from '../support/assertions.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const worker = useWorker();
const database = useDatabase(worker);

const store = ({ userId }, hash) => database.prepare('UPDATE users SET password_hash = ? WHERE id = ?').bind(hash, userId).run();
const signIn = ({ email, password }) => anonymous(worker).post('/api/auth/signin', { email, password });

/** The PHC string of the password, as Node computes it. */
function phc(password, { memory, passes, parallelism = 1 }) {
  const [nonce, base64] = [randomBytes(16), (bytes) => bytes.toString('base64').replace(/=+$/, '')];
  const tag = argon2Sync('argon2id', { message: password, nonce, parallelism, tagLength: 32, memory, passes });
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
}

async function logLine(response) {
  const id = response.headers.get('X-Request-Id');
  return JSON.parse(await worker.printed(new RegExp(`(\\{[^\\n]*"request_id":"${id}"\\})`)));
}

describe('A sign-in to an account whose stored hash cannot be read', { timeout: 60_000 }, () => {
  for (const [what, hash] of [
    ['is empty', () => ''],
    ['is of another kind', () => '$2x$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'],
    ['has more than 16 iterations', (password) => phc(password, { memory: 64, passes: 17 })],
    ['takes more than 65536 KiB', (password) => phc(password, { memory: 65_537, passes: 1 })],
  ]) {
    test(`gets the 401 of a wrong password where the hash ${what}, and the log names the cure`, async () => {
      const [user, other] = [await signUp(worker), await signUp(worker)];
      const stored = hash(user.password);
      await store(user, stored);
      const unreadable = await signIn(user);
      const wrong = await signIn({ ...other, password: 'Wrong horse 8' });
      assertDetail(unreadable, 401, 'Invalid credentials');
      const comparable = ({ headers }) => [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
      assert.deepEqual(comparable(unreadable), comparable(wrong));

      const { cause, account, client, ...line } = await logLine(unreadable);
      assert.deepEqual(line, { event: 'signin_failed', reason: 'unreadable_hash', request_id: unreadable.headers.get('X-Request-Id') });
      assert.match(account, /^[0-9a-f]{32,}$/);
      assert.equal(typeof client, 'string');
      assert.match(cause, /users\.password_hash.*Argon2id.*replace/);
      if (stored !== '') assert.ok(!worker.log().includes(stored), 'the log does not hold the stored string');
      assert.ok(!('cause' in await logLine(wrong)));
    });
  }

  test('gets the 401 of the password form there', async () => {
    const user = await signUp(worker);
    await store(user, 'no hash');
    const body = new URLSearchParams({ username: user.email, password: user.password }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const response = await anonymous(worker).send('POST', '/auth/token', { headers, body });
    assert.equal(response.status, 401);
    assert.equal(response.body.detail, 'Incorrect username or password');
  });

  test('succeeds at the maximum of iterations', async () => {
    const user = await signUp(worker);
    await store(user, phc(user.password, { memory: 64, passes: 16 }));
    assert.equal((await signIn(user)).status, 200);
  });
});
