// A token that was accepted is remembered, and must be rejected all the same as soon as anything that made it good has changed: its
// time, its session, its issuer's keys, a character of it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { BOUND, rejected, verify } from '../support/binding.mjs';
import { Caller, signUp } from '../support/caller.mjs';
import { createKey, useIssuer } from '../support/issuer.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const names = ['steady', 'rotating', 'refetched', 'away', 'bound'];
const issuers = Object.fromEntries(names.map((name) => [name, useIssuer([createKey('EdDSA', `${name}-1`)])]));

async function vars() {
  await Promise.all(Object.values(issuers).map(({ ready }) => ready));
  const entries = Object.entries(issuers).map(([name, issuer]) => issuer.entry({ subject_prefix: `${name}:` }));
  return { TRUSTED_ISSUERS: JSON.stringify(entries) };
}
const worker = useWorker(async () => ({ vars: await vars(), entry: 'clock-entry.mjs' }));

/** Asks so many milliseconds from now. */
const ask = (token, ahead = 0) => new Caller(worker, token).get('/api/tasks', { headers: { 'X-Clock-Ahead': String(ahead) } });

async function assertAccepted(asked) {
  const { status, body } = await asked;
  assert.equal(status, 200, JSON.stringify(body));
}

const underSecret = (claims) => signToken({ sub: 'ada', exp: now() + 600, ...claims }, { secret: worker.secret });
/** A token of each kind of signer, with these claims. */
const KINDS = {
  'a secret': underSecret,
  'a trusted issuer': (claims) => issuers.steady.token(claims),
};
/** The token with another last character that decodes to other bytes. */
const withOtherEnd = (token) => token.slice(0, -1) + (token.at(-1) === 'A' ? 'Q' : 'A');

for (const [kind, sign] of Object.entries(KINDS)) {
  describe(`A remembered token of ${kind} is rejected`, () => {
    test('once its time is over', async () => {
      const exp = now() + 100;
      const token = sign({ exp });
      await assertAccepted(ask(token));
      await assertAccepted(ask(token, exp * SECOND - Date.now() - 5 * SECOND));
      assertDetail(await ask(token, exp * SECOND - Date.now() + 1), 401, 'Token expired');
      await assertAccepted(ask(token));
    });

    test('while the clock is before its time again', async () => {
      for (const claim of ['nbf', 'iat']) {
        const token = sign({ [claim]: now() + 150 });
        await assertAccepted(ask(token, 100 * SECOND));
        assertDetail(await ask(token), 401, 'Invalid token');
        await assertAccepted(ask(token, 100 * SECOND));
      }
    });

    test('with another last character, and is accepted still', async () => {
      const token = sign({ sub: 'grace' });
      await assertAccepted(ask(token));
      for (const changed of [withOtherEnd(token), token.slice(0, -1), `${token}A`, `${token}.`]) assertDetail(await ask(changed), 401, 'Invalid token');
      await assertAccepted(ask(token));
    });

    test('with other claims under the same signature', async () => {
      const token = sign({ sub: 'ada' });
      await assertAccepted(ask(token));
      const [header, , signature] = token.split('.');
      const [, payload] = sign({ sub: 'bob' }).split('.');
      assertDetail(await ask(`${header}.${payload}.${signature}`), 401, 'Invalid token');
    });
  });
}

test('A remembered token is rejected after its session was signed out', async () => {
  const ada = await signUp(worker);
  for (let times = 0; times < 2; times += 1) await assertAccepted(ask(ada.token));
  assert.equal((await ada.post('/api/auth/signout')).status, 204);
  assertRevoked(await ask(ada.token));
});

test('More tokens than are remembered are all accepted, and each is its own user\'s', async () => {
  const tokens = Array.from({ length: 1_025 }, (_, index) => underSecret({ sub: `user ${index}` }));
  // The first ones once more, which the last one has displaced, and then the last ones.
  const asked = [...tokens.keys(), ...Array(10).keys(), ...Array.from({ length: 10 }, (_, index) => 1_015 + index)];
  for (let first = 0; first < asked.length; first += 41) {
    const batch = asked.slice(first, first + 41);
    const responses = await Promise.all(batch.map((index) => new Caller(worker, tokens[index]).get('/api/auth/session')));
    for (const [position, { body }] of responses.entries()) assert.equal(body.user?.id, `user ${batch[position]}`);
  }
});

describe('A remembered token of a trusted issuer', () => {
  test('is verified anew once the set was fetched for another kid, and rejected if its key has left', async () => {
    const issuer = issuers.rotating;
    const [old] = issuer.keys;
    const token = issuer.token({}, { key: old });
    for (let times = 0; times < 2; times += 1) await assertAccepted(ask(token));
    const next = createKey('ES256', 'rotating-2');
    issuer.keys = [next];
    await assertAccepted(ask(token));
    assert.equal(issuer.fetches, 1);
    await assertAccepted(ask(issuer.token({}, { key: next })));
    assert.equal(issuer.fetches, 2);
    assertDetail(await ask(token), 401, 'Invalid token');
  });

  test('is rejected if another key has its kid after the set was fetched', async () => {
    const issuer = issuers.refetched;
    const token = issuer.token({ exp: now() + 10_000 });
    await assertAccepted(ask(token));
    issuer.keys = [createKey('EdDSA', 'refetched-1')];
    await assertAccepted(ask(token, 9 * MINUTE));
    // Nothing but the remembered token asks for the keys when their time is over.
    assertDetail(await ask(token, 11 * MINUTE), 401, 'Invalid token');
    assert.equal(issuer.fetches, 2);
  });

  test('serves as long as its keys do while the issuer is away, and no longer', async () => {
    const issuer = issuers.away;
    const token = issuer.token({ exp: now() + 200_000 });
    await assertAccepted(ask(token));
    issuer.answer = (_request, response) => response.writeHead(500).end();
    for (let times = 0; times < 2; times += 1) await assertAccepted(ask(token, 24 * 60 * MINUTE));
    assert.ok(issuer.fetches > 1, 'the keys are asked for again');
    const path = { headers: { 'X-Clock-Ahead': String(24 * 60 * MINUTE + 11 * MINUTE) }, expect5xx: true };
    assertDetail(await new Caller(worker, token).get('/api/tasks', path), 503, 'The issuer\'s keys are unavailable');
  });
});

describe('Through the service binding a remembered token', () => {
  const bound = useWorker(async () => ({ ...BOUND, vars: await vars() }));
  const asked = (token) => verify(bound, token, { checkSession: false });

  test('is rejected once its time is over, its session signed out, or its last character changed', async () => {
    const ada = await signUp(bound);
    const exp = now() + 3;
    const short = [signToken({ sub: 'ada', exp }, { secret: bound.secret }), issuers.bound.token({ exp })];
    for (const token of [ada.token, ...short]) {
      for (let times = 0; times < 2; times += 1) assert.equal((await asked(token)).ok, true);
      assert.deepEqual(await asked(withOtherEnd(token)), rejected('Invalid token'));
    }
    assert.equal((await ada.post('/api/auth/signout')).status, 204);
    assert.deepEqual(await verify(bound, ada.token), rejected('Token revoked'));
    while (Date.now() <= exp * SECOND) await new Promise((wake) => setTimeout(wake, 50));
    for (const token of short) assert.deepEqual(await asked(token), rejected('Token expired'));
  });
});
