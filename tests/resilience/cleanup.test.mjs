// The scheduled clean-up deletes all expired sessions once a day and no active one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { EMAIL_VARS } from '../support/mailbox.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';
import { rawConfig } from '../support/worker.mjs';

const EXPIRED = 2_500;
const statements = execFileSync('cargo', ['run', '--quiet', '--locked', '--example', 'statements'], {
  cwd: join(import.meta.dirname, '..', '..'), encoding: 'utf8',
});

let ada;
const worker = useWorker({}, async () => {
  ada = await signUp(worker);
});
const database = useDatabase(worker);

/** Adds `count` sessions of Ada's that expire 1, 2, … milliseconds before `moment`. */
function addSessions(count, moment) {
  return database.prepare(`INSERT INTO sessions (user_id, id, generation, rotated_at, expires_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
    SELECT ?1, ?3 || '-' || i, 0, 0, ?3 - i FROM n`).bind(ada.userId, count, moment).run();
}

async function countSessions() {
  return (await database.prepare('SELECT count(*) AS count FROM sessions').first()).count;
}

/** Runs the clean-up as the cron trigger does; returns its log line. */
async function cleanUp(at = worker) {
  const seen = at.log().length;
  const response = await fetch(`${at.url}/cdn-cgi/local/scheduled`);
  assert.equal(response.status, 200, await response.text());
  await at.printed(/("event":"sessions_cleaned_up".*\n)/);
  const lines = at.log().slice(seen).split('\n').filter((line) => line.startsWith('{'));
  assert.equal(lines.length, 1, lines.join('\n'));
  return JSON.parse(lines[0]);
}

test('deletes all expired sessions in one run of several batches and logs the number', { timeout: 60_000 }, async () => {
  await addSessions(EXPIRED, Date.now());
  assert.equal(await countSessions(), EXPIRED + 1);
  const { event, deleted, request_id: id } = await cleanUp();
  assert.deepEqual({ event, deleted }, { event: 'sessions_cleaned_up', deleted: EXPIRED });
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(await countSessions(), 1);
});

test('keeps active sessions, which can still refresh', async () => {
  assert.equal((await ada.get('/api/tasks')).status, 200);
  assert.equal((await ada.post('/api/auth/refresh', { refresh_token: ada.refreshToken })).status, 200);
});

test('reads only the expired sessions, however many active ones there are', async () => {
  const day = 86_400_000;
  await addSessions(1_000, Date.now() + day);
  await addSessions(10, Date.now());
  const { DELETE_EXPIRED_SESSIONS: sql } = Object.fromEntries(JSON.parse(statements));
  const { results, meta } = await database.prepare(sql).bind(Date.now(), 1_000).all();
  assert.equal(results.length, 10);
  assert.ok(meta.rows_read <= 100, `${meta.rows_read} rows`);
  assert.equal(await countSessions(), 1_001);
});

test('is scheduled once a day', () => {
  const [cron, ...others] = rawConfig.triggers.crons;
  assert.match(cron, /^\d+ \d+ \* \* \*$/);
  assert.deepEqual(others, []);
});

describe('Sign-ups whose address was never verified', () => {
  const required = { vars: { ...EMAIL_VARS, EMAIL_VERIFICATION: 'required' } };
  const mailing = useWorker(required);
  const rows = useDatabase(mailing);
  const DAY = 86_400_000;

  /** Signs up, and moves the sign-up to so many days ago. */
  async function signUpBefore(days, changes = '') {
    const email = randomEmail();
    assert.equal((await anonymous(mailing).post('/api/auth/signup', { email, password: GOOD_PASSWORD })).status, 202);
    await rows.prepare(`UPDATE users SET created_at = ?${changes} WHERE email = ?`).bind(new Date(Date.now() - days * DAY).toISOString(), email).run();
    return email;
  }

  const exists = async (email) => await rows.prepare('SELECT 1 FROM users WHERE email = ?').bind(email).first() !== null;

  test('are deleted after seven days, and no other account is', async () => {
    const [old, recent] = [await signUpBefore(8), await signUpBefore(6)];
    const verified = await signUpBefore(8, ', email_verified = 1');
    const fromBefore = await signUpBefore(8, ', signup_id = NULL');
    const admin = await signUpBefore(8, ", role = 'admin'");
    assert.equal((await cleanUp(mailing)).users, 1);
    assert.equal(await exists(old), false);
    for (const email of [recent, verified, fromBefore, admin]) assert.equal(await exists(email), true, email);
  });

  test('stay while EMAIL_VERIFICATION is not required, since such an account may be in use', async () => {
    const old = await signUpBefore(8);
    await mailing.restart({ vars: { ...EMAIL_VARS, JWT_SECRET: mailing.secret } });
    assert.equal((await cleanUp(mailing)).users, 0);
    assert.equal(await exists(old), true);
  });
});
