// What another Worker learns about the token of a trusted issuer, and about one whose issuer's keys are unavailable.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { authenticate, BOUND, rejected, verify } from '../../support/binding.mjs';
import { createKey, useIssuer } from '../../support/issuer.mjs';
import { now } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const EXPIRY = now() + 3_600;
const key = createKey('EdDSA', 'key');
const issuer = useIssuer([key]);
const other = useIssuer([key]);
const worker = useWorker(async () => {
  await Promise.all([issuer.ready, other.ready]);
  const entries = [issuer.entry({ subject_prefix: 'app:', trust_role: true }), other.entry({ subject_prefix: 'other:' })];
  return { ...BOUND, vars: { TRUSTED_ISSUERS: JSON.stringify(entries) } };
});

/** What an issuer's token says, `role` being what counts here. */
const described = (from, id, role) => ({
  ok: true, user: { id, email: 'ada@example.com', name: 'Ada', role }, session: null, issuer: from.name,
  expires_at: new Date(EXPIRY * 1_000).toISOString(),
});
const claims = { exp: EXPIRY, email: 'ada@example.com', name: 'Ada', role: 'admin', sid: 'sess_1' };

test('says 503 while no key is known, without a challenge, and then who calls', async () => {
  issuer.answer = (_, response) => response.writeHead(500).end();
  const unavailable = { ok: false, status: 503, detail: 'The issuer\'s keys are unavailable' };
  for (const options of [undefined, { checkSession: false }]) assert.deepEqual(await verify(worker, issuer.token(claims), options), unavailable);
  assert.deepEqual(await authenticate(worker, `Bearer ${issuer.token(claims)}`), unavailable);
  issuer.answer = undefined;
  await sleep(1_200);
  for (const options of [undefined, { checkSession: false }]) {
    assert.deepEqual(await verify(worker, issuer.token(claims), options), described(issuer, 'app:ada', 'admin'));
  }
});

test('shows the role that counts here', async () => {
  assert.deepEqual(await authenticate(worker, `Bearer ${other.token(claims)}`), described(other, 'other:ada', 'user'));
});

test('rejects what a request would reject', async () => {
  assert.deepEqual(await verify(worker, other.token({ exp: now() })), rejected('Token expired'));
  assert.deepEqual(await verify(worker, other.token({ sub: '' })), rejected('Invalid token: missing user identifier'));
  for (const changes of [{ aud: 'mail' }, { iss: issuer.name, aud: 'mail' }, { iss: 'https://else.example' }]) {
    assert.deepEqual(await verify(worker, other.token(changes)), rejected('Invalid token'));
  }
});
