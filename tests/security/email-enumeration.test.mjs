// Whether an address has an account cannot be told from the answers of the routes that send email: neither by status, body and
// headers, nor by time. 200 requests for known and 200 for unknown addresses alternate, and the best guess by time is to be a bad one.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous, Caller, GOOD_PASSWORD, randomEmail, signUp } from '../support/caller.mjs';
import { EMAIL_VARS, nthMessageTo } from '../support/mailbox.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const PAIRS = 200;
/** How often the best threshold may guess right, of 1: blind guessing reaches 0.55 by chance with so few. */
const MAX_ACCURACY = 0.65;

/** Adds users with verified addresses, and returns the addresses. */
async function addUsers(database) {
  const emails = Array.from({ length: PAIRS }, randomEmail);
  const hash = await database.prepare('SELECT password_hash FROM users LIMIT 1').first('password_hash');
  const statement = database.prepare("INSERT INTO users (id, email, password_hash, created_at, email_verified) VALUES (?, ?, ?, '2026-01-01T00:00:00.000Z', 1)");
  await database.batch(emails.map((email) => statement.bind(crypto.randomUUID(), email, hash)));
  return emails;
}

/** Asks for known and unknown addresses in turn. */
async function measure(known, ask) {
  const samples = { known: [], unknown: [] };
  for (const email of known) {
    for (const [kind, address] of Math.random() < 0.5 ? [['known', email], ['unknown', randomEmail()]] : [['unknown', randomEmail()], ['known', email]]) {
      const begin = performance.now();
      const response = await ask(address);
      samples[kind].push({ milliseconds: performance.now() - begin, response });
    }
  }
  return samples;
}

function assertAlike({ known, unknown }) {
  const shape = ({ response: { status, body, headers } }) => JSON.stringify({
    status, body, headers: [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name)).sort(),
  });
  assert.deepEqual([...new Set([...known, ...unknown].map(shape))].length, 1, 'status, body and headers are the same');
  const accuracy = bestAccuracy(known.map(({ milliseconds }) => milliseconds), unknown.map(({ milliseconds }) => milliseconds));
  assert.ok(accuracy < MAX_ACCURACY, `a threshold of time tells known addresses with an accuracy of ${accuracy}`);
}

/** The share of right guesses of the best threshold, in the better direction. */
function bestAccuracy(known, unknown) {
  const all = [...known.map((time) => [time, 1]), ...unknown.map((time) => [time, -1])].sort(([one], [other]) => one - other);
  let [sum, furthest] = [0, 0];
  for (const [, side] of all) {
    sum += side;
    furthest = Math.max(furthest, Math.abs(sum));
  }
  return (all.length / 2 + furthest / 2) / all.length;
}

/** Each request has an address of its own, so that no rate limit by address applies. */
const post = (worker, path, json) => anonymous(worker).post(path, json);

describe('Known and unknown addresses', () => {
  const worker = useWorker({ vars: EMAIL_VARS });
  const database = useDatabase(worker);

  test('are alike at a forgotten password', async () => {
    await signUp(worker);
    assertAlike(await measure(await addUsers(database), (email) => post(worker, '/api/auth/password/forgot', { email })));
  });

  test('are alike at a change of address', async () => {
    const known = await addUsers(database);
    let ada;
    let count = 0;
    assertAlike(await measure(known, async (email) => {
      // Each session has five tries, and a caller's address sixty requests a minute.
      if (count % 5 === 0) {
        const user = await signUp(worker);
        ada = Object.assign(new Caller(worker, user.accessToken), { password: user.password });
      }
      count += 1;
      return ada.post('/api/auth/email', { email, password: ada.password });
    }));
  });
});

describe('Known and unknown addresses under EMAIL_VERIFICATION=required', () => {
  const worker = useWorker({ vars: { ...EMAIL_VARS, EMAIL_VERIFICATION: 'required' } });
  const database = useDatabase(worker);

  test('are alike at sign-up', async () => {
    const email = randomEmail();
    await post(worker, '/api/auth/signup', { email, password: GOOD_PASSWORD });
    await nthMessageTo(worker, email);
    assertAlike(await measure(await addUsers(database), (address) => post(worker, '/api/auth/signup', { email: address, password: GOOD_PASSWORD })));
  });
});
