// When the keys of a trusted issuer are fetched: once for all requests that wait, again for an unknown `kid`, and when they expire.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail } from '../support/assertions.mjs';
import { Caller } from '../support/caller.mjs';
import { createKey, useIssuer } from '../support/issuer.mjs';
import { now } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const MINUTE = 60_000;
const names = ['first', 'rotating', 'junk', 'crowd', 'withdrawn', 'short', 'long', 'silent', 'shared', 'quoted'];
const issuers = Object.fromEntries(names.map((name) => [name, useIssuer([createKey('EdDSA', `${name}-1`)])]));
async function options() {
  await Promise.all(Object.values(issuers).map(({ ready }) => ready));
  const entries = Object.entries(issuers).map(([name, issuer]) => issuer.entry({ subject_prefix: `${name}:` }));
  return { vars: { TRUSTED_ISSUERS: JSON.stringify(entries) }, entry: 'clock-entry.mjs' };
}
const worker = useWorker(options);

/** Asks with a token of the issuer, so many milliseconds from now; its `exp` lies beyond. */
function ask(issuer, { ahead = 0, ...changes } = {}) {
  const token = issuer.token({ exp: now() + 1_000_000 }, changes);
  return new Caller(worker, token).get('/api/tasks', { headers: { 'X-Clock-Ahead': String(ahead) } });
}

async function assertAccepted(asked) {
  const { status, body } = await asked;
  assert.equal(status, 200, JSON.stringify(body));
}

/** Answers late, as an issuer far away does. */
const slowly = (issuer, pause) => async (_request, response) => {
  await sleep(pause);
  response.writeHead(200).end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
};

describe('The keys of an issuer', () => {
  test('are fetched once for all requests that wait for them, and then kept', async () => {
    const { first } = issuers;
    first.answer = slowly(first, 400);
    for (const response of await Promise.all(Array.from({ length: 30 }, () => ask(first)))) assert.equal(response.status, 200);
    await assertAccepted(ask(first));
    assert.equal(first.fetches, 1);
  });

  test('are not fetched for a token that cannot be theirs', async () => {
    const { first } = issuers;
    const { fetches } = first;
    for (const header of [{ kid: undefined, alg: 'ES256' }, { crit: ['x'] }, { alg: 'RS512' }]) await ask(first, { header });
    assertDetail(await new Caller(worker, first.token({ iss: 'https://else.example' })).get('/api/tasks'), 401, 'Invalid token');
    assert.equal(first.fetches, fetches);
  });

  test('are fetched again for an unknown kid, so that a rotation rejects no good token', async () => {
    const { rotating } = issuers;
    const [old] = rotating.keys;
    await assertAccepted(ask(rotating));
    const next = createKey('ES256', 'rotating-2');
    rotating.keys = [next, old];
    await assertAccepted(ask(rotating, { key: next }));
    await assertAccepted(ask(rotating, { key: old }));
    assert.equal(rotating.fetches, 2, 'the first fetch does not count');

    const third = createKey('RS256', 'rotating-3');
    rotating.keys = [third];
    assertDetail(await ask(rotating, { key: third, ahead: 28_000 }), 401, 'Invalid token');
    await assertAccepted(ask(rotating, { key: old, ahead: 28_000 }));
    await assertAccepted(ask(rotating, { key: third, ahead: 31_000 }));
    for (const gone of [old, next]) assertDetail(await ask(rotating, { key: gone, ahead: 31_000 }), 401, 'Invalid token');
    assert.equal(rotating.fetches, 3);
  });

  test('are fetched twice a minute at most, however many unknown kids there are', async () => {
    const issuer = issuers.junk;
    for (const second of [0, 10, 20, 31, 45, 55]) {
      const batch = Array.from({ length: 50 }, () => ask(issuer, { header: { kid: randomUUID() }, ahead: second * 1_000 }));
      for (const response of await Promise.all(batch)) assertDetail(response, 401, 'Invalid token');
      await assertAccepted(ask(issuer, { ahead: second * 1_000 }));
    }
    assert.ok(issuer.fetches === 2 || issuer.fetches === 3, `the first fetch and at most two more, not ${issuer.fetches}`);
  });

  test('are fetched once for all requests with a kid that is new', async () => {
    const { crowd } = issuers;
    await assertAccepted(ask(crowd));
    const next = createKey('EdDSA', 'crowd-2');
    crowd.keys = [...crowd.keys, next];
    crowd.answer = slowly(crowd, 1_000);
    const waiting = Array.from({ length: 30 }, () => ask(crowd, { key: next }));
    const unknown = ask(crowd, { header: { kid: randomUUID() } });
    // A request whose key is known does not wait.
    const begin = Date.now();
    await assertAccepted(ask(crowd));
    assert.ok(Date.now() - begin < 1_000);
    for (const response of await Promise.all(waiting)) assert.equal(response.status, 200);
    assertDetail(await unknown, 401, 'Invalid token');
    assert.equal(crowd.fetches, 2);
  });

  test('are rejected from the next fetch on, once they have left the set', async () => {
    const { withdrawn } = issuers;
    const [old] = withdrawn.keys;
    await assertAccepted(ask(withdrawn));
    withdrawn.keys = [createKey('EdDSA', 'withdrawn-2')];
    await assertAccepted(ask(withdrawn, { key: old, ahead: 9.5 * MINUTE }));
    assertDetail(await ask(withdrawn, { key: old, ahead: 10.5 * MINUTE }), 401, 'Invalid token');
    await assertAccepted(ask(withdrawn, { ahead: 10.5 * MINUTE }));
  });
});

describe('Keys are kept', () => {
  const AGES = [
    ['short', 'max-age=5', 1],
    ['long', 'public, max-age=86400', 60],
    ['silent', undefined, 10],
    ['shared', 's-maxage=3000, no-cache', 10],
    ['quoted', 'Max-Age="120"', 2],
  ];
  for (const [name, control, minutes] of AGES) {
    test(`for ${minutes} minutes where Cache-Control is ${control}`, async () => {
      const issuer = issuers[name];
      if (control) issuer.headers = { 'Cache-Control': control };
      await assertAccepted(ask(issuer));
      await assertAccepted(ask(issuer, { ahead: minutes * MINUTE - 10_000 }));
      assert.equal(issuer.fetches, 1);
      await assertAccepted(ask(issuer, { ahead: minutes * MINUTE + 1_000 }));
      assert.equal(issuer.fetches, 2);
    });
  }
});

// Last, since it restarts the worker.
test('A new isolate finds the keys in the location\'s cache', async () => {
  const { rotating, short } = issuers;
  const before = [rotating.fetches, short.fetches];
  await worker.restart(await options());
  await assertAccepted(ask(rotating));
  assert.equal(rotating.fetches, before[0]);
  // An expired set is fetched anew, and so is one that lacks the key.
  await assertAccepted(ask(short, { ahead: 5 * MINUTE }));
  assert.equal(short.fetches, before[1] + 1);
  const next = createKey('EdDSA', 'rotating-4');
  rotating.keys = [next];
  await assertAccepted(ask(rotating, { key: next }));
  assert.equal(rotating.fetches, before[0] + 1);
});
