// The log: one JSON line for each security event and error, with the request id that the client saw, and never a password, a token,
// an email address or a secret.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { anonymous, Caller, randomAddress, randomEmail, signUp } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useDatabase, useWorker, withWorker } from '../support/use-worker.mjs';
import { startWorker } from '../support/worker.mjs';

const WRONG = 'Wrong horse 8 battery';
const FROM = 'CF-Connecting-IP';
const SECRETS = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'BETTER_AUTH_SECRET', 'BETTER_AUTH_SECRET_PREVIOUS', 'CLIENT_ADDRESS_SECRET'];
const vars = Object.fromEntries(SECRETS.map((name) => [name, randomBytes(32).toString('base64url')]));

const worker = useWorker({ vars });
const database = useDatabase(worker);
/** Every value that must never be logged. */
const secrets = new Set(Object.values(vars));

/** The output since the worker was ready, without wrangler's own lines. */
const output = (of = worker) => of.log().slice(of.log().indexOf('Ready on'));

/** The Worker's lines about a request, once there is one. */
async function linesOf(response, of = worker) {
  const id = response.headers.get('X-Request-Id');
  await of.printed(new RegExp(`("request_id":"${id}"})\\n`));
  return output(of).split('\n').filter((line) => line.includes(id)).map((line) => JSON.parse(line));
}

/** The request has exactly one line, which is `expected`. */
async function assertLogged(response, expected, of) {
  const lines = await linesOf(response, of);
  assert.deepEqual(lines, [{ ...expected, request_id: response.headers.get('X-Request-Id') }]);
}

function addSecrets(...values) {
  for (const value of values) {
    secrets.add(value);
    if (value.startsWith('eyJ')) value.split('.').slice(1).forEach((part) => secrets.add(part));
  }
}

/** Signs up; returns the account's name in the log as well. */
async function newcomer(path = '/api/auth/signup') {
  const [email, password, address] = [randomEmail(), `Aa1${randomBytes(12).toString('hex')}`, randomAddress()];
  addSecrets(email, password);
  const response = await anonymous(worker).post(path, { email, password, name: 'Grace' }, { headers: { [FROM]: address } });
  const [line] = await linesOf(response);
  if (response.body.access_token) addSecrets(response.body.access_token, response.body.refresh_token);
  return { email, password, address, response, line, account: line.account };
}

function signIn(email, password, headers) {
  addSecrets(email, password);
  return anonymous(worker).post('/api/auth/signin', { email, password }, { headers });
}

describe('One line is logged', { timeout: 120_000 }, () => {
  test('for a new account, on both routes', async () => {
    for (const path of ['/api/auth/signup', '/auth/register']) {
      const { response, line, address, account } = await newcomer(path);
      assert.equal(response.status, 201);
      assert.match(account, /^[0-9a-f]{32,}$/);
      await assertLogged(response, { event: 'signed_up', account: line.account, client: address });
    }
  });

  test('for a failed sign-in and for a limited one, with the account and the client address', async () => {
    const { email, account } = await newcomer();
    const headers = { [FROM]: '203.0.113.7' };
    const failed = { event: 'signin_failed', account, client: '203.0.113.7' };
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await assertLogged(await signIn(email, WRONG, headers), { ...failed, reason: 'invalid_credentials' });
    }
    const limited = await signIn(email.toUpperCase(), WRONG, headers);
    assert.equal(limited.status, 429);
    await assertLogged(limited, { ...failed, reason: 'limited' });
  });

  test('for a failed sign-in by the OAuth2 form, for an address without an account', async () => {
    const [email, address] = [randomEmail(), randomAddress()];
    addSecrets(email);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', [FROM]: address };
    const body = new URLSearchParams({ username: email, password: WRONG }).toString();
    const response = await anonymous(worker).send('POST', '/auth/token', { headers, body });
    const [{ account }] = await linesOf(response);
    await assertLogged(response, { event: 'signin_failed', reason: 'invalid_credentials', account, client: address });
  });

  test('with the address that a trusted server forwards, and not with one from an untrusted server', async () => {
    const browser = randomAddress();
    const forwarded = { [FROM]: '203.0.113.9', 'X-Client-Address': browser };
    for (const [secret, client] of [[vars.CLIENT_ADDRESS_SECRET, browser], ['x'.repeat(43), '203.0.113.9']]) {
      const [{ client: logged }] = await linesOf(await signIn(randomEmail(), WRONG, { ...forwarded, 'X-Client-Address-Secret': secret }));
      assert.equal(logged, client);
    }
  });

  test('for a session that is ended by refresh token reuse', async () => {
    const { response: { body }, address } = await newcomer();
    const session = JSON.parse(Buffer.from(body.refresh_token.split('.')[1], 'base64url')).sid;
    const refresh = () => anonymous(worker).post('/api/auth/refresh', { refresh_token: body.refresh_token }, { headers: { [FROM]: address } });
    const rotated = await refresh();
    addSecrets(rotated.body.access_token, rotated.body.refresh_token);
    // Move the rotation past the ten seconds of grace.
    await database.prepare('UPDATE sessions SET rotated_at = rotated_at - 11000 WHERE id = ?').bind(session).run();
    const reused = await refresh();
    assert.equal(reused.status, 401);
    await assertLogged(reused, { event: 'session_ended_by_reuse', session, client: address });
  });

  test('for an unexpected error, with the cause and the fix that the client does not see', async () => {
    const state = await mkdtemp(join(tmpdir(), 'edge-auth-empty-'));
    await mkdir(join(state, 'v3'));
    const unmigrated = await startWorker({ vars, state });
    try {
      const caller = new Caller(unmigrated, signToken({ sub: 'ada', exp: now() + 900 }, { secret: vars.JWT_SECRET }));
      const response = await caller.get('/api/tasks', { expect5xx: true });
      assert.equal(response.status, 500);
      const [{ cause }] = await linesOf(response, unmigrated);
      await assertLogged(response, { event: 'unhandled_error', cause }, unmigrated);
      assert.match(cause, /no such table.*wrangler d1 migrations apply/);
      assertNoSecret(output(unmigrated));
    } finally {
      await unmigrated.stop();
      await rm(state, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});

test('ordinary requests are not logged', { timeout: 60_000 }, async () => {
  const user = await signUp(worker);
  addSecrets(user.email, user.accessToken, user.refreshToken);
  const responses = [
    await user.get('/api/tasks'), await user.get('/api/tasks/none'), await user.post('/api/tasks', {}), await anonymous(worker).get('/api/tasks'),
    await user.get('/nowhere'), await signIn(user.email, user.password),
    await anonymous(worker).post('/api/auth/signup', { email: user.email, password: user.password }), await user.post('/api/auth/signout'),
  ];
  // The log is written in order: once this line is there, so are all earlier ones.
  await linesOf(await signIn(randomEmail(), WRONG));
  for (const { headers } of responses) assert.ok(!output().includes(headers.get('X-Request-Id')));
});

test('the account name is a keyed hash: different for each address and for each secret', { timeout: 60_000 }, async () => {
  const [ada, grace] = [await newcomer(), await newcomer()];
  assert.notEqual(ada.account, grace.account);
  await withWorker({ vars: { ...vars, JWT_SECRET: randomBytes(32).toString('base64url') } }, async (other) => {
    const response = await anonymous(other).post('/api/auth/signin', { email: ada.email, password: WRONG });
    const [{ account }] = await linesOf(response, other);
    assert.notEqual(account, ada.account);
  });
});

function assertNoSecret(text) {
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]) {
      assert.ok(!text.includes(form), `the log holds ${form}`);
    }
  }
}

test('every line of the Worker is JSON with an event, and none holds a secret', { timeout: 60_000 }, async () => {
  const { email, password } = await newcomer();
  const broken = `{"email":"${email}","password":"${password}"`;
  await anonymous(worker).send('POST', '/api/auth/signin', { headers: { 'Content-Type': 'application/json' }, body: broken });
  // Rejected, and so logged: without the token.
  for (const token of [...secrets].filter((secret) => secret.startsWith('eyJ'))) await new Caller(worker, `${token}x`).get('/api/tasks');
  await anonymous(worker).post('/api/auth/refresh', { refresh_token: `${[...secrets].find((secret) => secret.startsWith('eyJ'))}x` });
  await linesOf(await signIn(randomEmail(), WRONG));

  const lines = output().split('\n').filter((line) => line.includes('{'));
  assert.ok(lines.length > 10);
  for (const line of lines) {
    const { event, request_id: id } = JSON.parse(line);
    assert.match(event, /^[a-z_]+$/);
    assert.match(id, /^[0-9a-f-]{36}$/);
  }
  assert.ok(secrets.size > 30);
  assertNoSecret(output());
});
