// `npm run users` on a real local database: 10,000 users of several systems move in within two minutes, sign in by their old
// passwords, and move out again unchanged. A second run changes nothing, and one that was killed continues.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { environment, inProject } from '../../scripts/shared.mjs';
import { anonymous, signUp } from '../support/caller.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const { libraries } = JSON.parse(readFileSync(inProject('tests', 'vectors', 'imported_hashes.json')));
const vectors = libraries.flatMap(({ hashes }) => hashes).filter(({ note }) => !note.includes('cost 14'));
const NAMES = ["O'Neil; -- ", 'a,"b"\r\nc', '密码😀', '\\', "'); DROP TABLE users; --"];
const USERS = 10_000;
/** One more than a page of the export and a batch of the import hold. */
const PAGE_AND_ONE = 5_001;

const folder = mkdtempSync(join(tmpdir(), 'edge-auth-import-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const worker = useWorker();
const database = useDatabase(worker);
const all = async () => (await database.prepare('SELECT * FROM users ORDER BY id').all()).results;
const number = async () => (await database.prepare('SELECT count(*) AS users FROM users').first()).users;

/** Runs the command; `killAfter` kills the whole of it once it has printed this. */
function users(args, { killAfter } = {}) {
  const child = spawn('node', [inProject('scripts', 'users.mjs'), ...args, '--persist-to', worker.state], { env: environment, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (killAfter?.test(output)) process.kill(-child.pid, 'SIGKILL');
    });
  }
  return new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, output })));
}

const record = (index) => ({
  id: `source-${index}`, email: `User${index}@Example.com`, hashed_password: vectors[index % vectors.length].hash, full_name: NAMES[index % NAMES.length],
  is_superuser: index === 1, is_verified: index % 2 === 0, created_at: '2025-03-04 05:06:07.123456',
});
const file = join(folder, 'users.jsonl');
const text = Array.from({ length: USERS }, (_, index) => JSON.stringify(record(index)));

describe('An import', { timeout: 600_000 }, () => {
  test('reports first, and writes nothing', async () => {
    writeFileSync(file, [...text, text[3], '{"email":"nobody","hashed_password":"x"}', ''].join('\n'));
    const { status, output } = await users(['import', file]);
    assert.equal(status, 0, output);
    assert.match(output, /To import +10,000\n/);
    assert.match(output, /Cannot be imported +2\n/);
    assert.match(output, /an address for the second time +1\n/);
    assert.match(output, /✘ line 10001: user3@example\.com is the address of line 4, too/);
    assert.match(output, /✘ line 10002: "nobody" is not an email address/);
    assert.match(output, /Nothing was written\. Add --write/);
    assert.doesNotMatch(output, /\$2b\$|\$argon2id/, 'the report holds no hash');
    assert.equal(await number(), 0);
  });

  test('continues where it was killed, within two minutes in all', async () => {
    const begin = Date.now();
    const killed = await users(['import', file, '--write'], { killAfter: /Imported 5,000 of/ });
    assert.equal(killed.signal, 'SIGKILL', killed.output);
    assert.ok(await number() >= 5_000);
    const { status, output } = await users(['import', file, '--write']);
    assert.equal(status, 0, output);
    assert.equal(await number(), USERS);
    assert.ok(Date.now() - begin < 120_000, `${Date.now() - begin} ms`);
  });

  test('keeps ids, names, roles and times, and spells addresses as sign-in does', async () => {
    const row = await database.prepare('SELECT * FROM users WHERE id = ?').bind('source-1').first();
    const { hash } = vectors[1];
    assert.deepEqual([row.email, row.name, row.role, row.created_at, row.email_verified, row.password_hash],
      ['user1@example.com', NAMES[1], 'admin', '2025-03-04T05:06:07.123Z', 0, hash]);
  });

  test('changes nothing the second time', async () => {
    await database.prepare('DELETE FROM users WHERE CAST(substr(id, length(?) + 1) AS INTEGER) >= ?').bind('source-', PAGE_AND_ONE).run();
    writeFileSync(file, text.slice(0, PAGE_AND_ONE).join('\n'));
    const before = await all();
    assert.equal(before.length, PAGE_AND_ONE);
    const { status, output } = await users(['import', file, '--write']);
    assert.equal(status, 0, output);
    assert.match(output, /There already, left as they are +5,001\n/);
    assert.deepEqual(await all(), before);
  });

  test('lets users sign in by their old passwords, and never again replaces the renewed hash', async () => {
    for (const index of [0, 12, 14, 19, 26].map((at) => at % vectors.length)) {
      const { status } = await anonymous(worker).post('/api/auth/signin', { email: `user${index}@example.com`, password: vectors[index].password });
      assert.equal(status, 200, vectors[index].note);
    }
    const renewed = await database.prepare('SELECT password_hash FROM users WHERE id = ?').bind('source-0').first();
    assert.match(renewed.password_hash, /^\$argon2id\$v=19\$m=19456/);
    await users(['import', file, '--write']);
    assert.deepEqual(await database.prepare('SELECT password_hash FROM users WHERE id = ?').bind('source-0').first(), renewed);
  });

  for (const name of ['export.jsonl', 'export.csv']) {
    test(`reads what an export wrote: ${name}`, async () => {
      const before = await all();
      const exported = join(folder, name);
      const { status, output } = await users(['export', exported]);
      assert.equal(status, 0, output);
      assert.equal(statSync(exported).mode & 0o777, 0o600);
      await database.prepare('DELETE FROM users').run();
      assert.equal((await users(['import', exported, '--write'])).status, 0);
      assert.deepEqual(await all(), before);
    });
  }
});

describe('make-admin', { timeout: 120_000 }, () => {
  test('makes an administrator of a user, whatever the spelling of the address', async () => {
    const user = await signUp(worker);
    assert.equal((await user.get('/api/admin/users')).status, 403);
    const { status, output } = await users(['make-admin', user.email.toUpperCase()]);
    assert.equal(status, 0, output);
    assert.equal((await user.get('/api/admin/users')).status, 200);
  });

  test('fails where nobody has the address', async () => {
    for (const address of ['nobody@example.com', "x' OR 1=1; --@example.com", '']) {
      const { status, output } = await users(['make-admin', address]);
      assert.equal(status, 1);
      assert.match(output, /sign up first|not an email address/);
    }
  });
});
