// A rejected Bearer token leaves one line in the log, with the check that it failed and what to do about it: the first failure of
// most newcomers is a token of another issuer that this service cannot verify. The client learns no more than before.

import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, randomAddress, signUp } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const parties = { iss: 'https://auth.example.com', aud: 'tasks' };
const claims = { ...parties, sub: 'subject-of-ada', email: 'ada@example.com', name: 'Ada Unsaid', exp: now() + 600 };
const UNSAID = ['subject-of-ada', 'ada@example.com', 'Ada Unsaid', 'audience-of-others', 'sid-of-theirs'];
const worker = useWorker({ vars: { JWT_ISSUER: parties.iss, JWT_AUDIENCE: parties.aud, BETTER_AUTH_SUBJECT_PREFIX: 'app:' } });

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const ours = (changes) => signToken({ ...claims, ...changes }, { secret: worker.secret });

/** A token that is truly signed by a private key, as other issuers' are. */
function asymmetric(alg, type, options, hash) {
  const { privateKey } = generateKeyPairSync(type, options);
  const signed = `${base64url({ alg, kid: 'k1', typ: 'JWT' })}.${base64url(claims)}`;
  return `${signed}.${sign(hash, Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** The log's lines about a response, once there is one. */
async function linesOf(response) {
  const id = response.headers.get('X-Request-Id');
  await worker.printed(new RegExp(`("request_id":"${id}"})\\n`));
  return worker.log().split('\n').filter((line) => line.includes(id)).map((line) => JSON.parse(line));
}

/** What the token is, the token, the reason in the log, and the detail in the response where it is not `Invalid token`. */
const REJECTED = [
  ['Better Auth\'s jwt plugin as it comes (EdDSA)', () => asymmetric('EdDSA', 'ed25519', {}, null), 'algorithm EdDSA is not accepted: see TRUSTED_ISSUERS'],
  ['Clerk\'s, Auth0\'s or Firebase\'s (RS256)', () => asymmetric('RS256', 'rsa', { modulusLength: 2048 }, 'sha256'), 'algorithm RS256 is not accepted: see TRUSTED_ISSUERS'],
  ['an algorithm of the same family', () => signToken(claims, { secret: worker.secret, header: { alg: 'HS512' } }), 'algorithm HS512 is not accepted: sign with HS256'],
  ['Auth.js\'s encrypted cookie', () => `${base64url({ alg: 'dir', enc: 'A256CBC-HS512', kid: 'k1' })}..${base64url('iv')}.${base64url('text')}.${base64url('tag')}`, /^five parts, .*encrypted JWE.*sign a JWT/],
  ['an opaque session token', () => randomBytes(24).toString('base64url'), /^no dots, .*opaque session token.*request a JWT/],
  ['a signed session cookie', () => `${randomBytes(24).toString('base64url')}.${randomBytes(32).toString('base64url')}`, /^not three parts/],
  ['a critical header', () => signToken(claims, { secret: worker.secret, header: { alg: 'HS256', crit: ['exp'] } }), /^the header has crit/],
  ['the wrong secret', () => signToken(claims, { secret: randomBytes(32) }), /^no configured secret .*JWT_SECRET.*BETTER_AUTH_SECRET/],
  ['an expired token', () => ours({ exp: now() - 60 }), /^expired/, 'Token expired'],
  ['no expiry', () => ours({ exp: undefined }), /^no exp/],
  ['a token of tomorrow', () => ours({ nbf: now() + 86_400 }), /^nbf is more than 60 seconds ahead/],
  ['the wrong issuer', () => ours({ iss: 'https://else.example' }), 'iss is https://else.example, not what JWT_ISSUER requires'],
  ['the wrong audience', () => ours({ aud: 'audience-of-others' }), 'aud does not name what JWT_AUDIENCE requires'],
  ['no subject', () => ours({ sub: undefined }), /^no sub/, 'Invalid token: missing user identifier'],
  ['another issuer\'s subject', () => ours({ sub: 'app:subject-of-ada' }), /^sub begins with the prefix of another issuer: BETTER_AUTH_SUBJECT_PREFIX/],
  ['another issuer\'s session', () => ours({ sid: 'sid-of-theirs' }), /^sid .*BETTER_AUTH_SECRET/, 'Token revoked'],
  ['a session that never was', () => ours({ sid: '01900000-0000-7000-8000-000000000000' }), /^the session has ended/, 'Token revoked'],
];

/** Exactly one line, with nothing of the token but what the reason may name. */
async function assertLogged(response, client, token, reason) {
  const lines = await linesOf(response);
  assert.equal(lines.length, 1);
  const [{ reason: logged, ...rest }] = lines;
  assert.deepEqual(rest, { event: 'token_refused', client, request_id: response.headers.get('X-Request-Id') });
  if (typeof reason === 'string') assert.equal(logged, reason);
  else assert.match(logged, reason);
  for (const unsaid of [...UNSAID, ...token.split('.').filter((part) => part.length > 8)]) assert.ok(!logged.includes(unsaid), logged);
}

describe('One line says why', { timeout: 120_000 }, () => {
  for (const [what, make, reason, detail = 'Invalid token'] of REJECTED) {
    test(what, async () => {
      const [token, address] = [make(), randomAddress()];
      const headers = { 'CF-Connecting-IP': address };
      const rejected = await new Caller(worker, token).get('/api/tasks', { headers });
      assertDetail(rejected, 401, detail);
      assert.equal(rejected.headers.get('WWW-Authenticate'), `Bearer error="invalid_token", error_description="${detail}"`);
      await assertLogged(rejected, address, token, reason);

      const asked = await new Caller(worker, token).get('/api/auth/session', { headers });
      assert.deepEqual([asked.status, asked.body], [200, { user: null }]);
      await assertLogged(asked, address, token, reason);
    });
  }

  test('a refresh token in place of an access token', async () => {
    const { refreshToken } = await signUp(worker);
    const address = randomAddress();
    const response = await new Caller(worker, refreshToken).post('/api/tasks', { title: 'x' }, { headers: { 'CF-Connecting-IP': address } });
    assertDetail(response, 401, 'Invalid token');
    await assertLogged(response, address, refreshToken, /^a refresh token is not an access token/);
  });

  test('a signed-out session, by whichever route', async () => {
    const user = await signUp(worker);
    assert.equal((await user.post('/api/auth/signout')).status, 204);
    for (const [method, path] of [['GET', '/api/tasks'], ['POST', '/api/tasks'], ['GET', `/api/users/${randomUUID()}/todos`], ['GET', '/api/admin/users'], ['POST', '/api/auth/signout']]) {
      const address = randomAddress();
      const response = await user.send(method, path, { headers: { 'CF-Connecting-IP': address } });
      assertDetail(response, 401, 'Token revoked');
      await assertLogged(response, address, user.accessToken, /^the session has ended/);
    }
  });
});

describe('What a token says', () => {
  test('is cut to 100 characters', async () => {
    const long = 'é'.repeat(300);
    for (const token of [`${base64url({ alg: long })}.e30.AAAA`, ours({ iss: long })]) {
      const [{ reason }] = await linesOf(await new Caller(worker, token).get('/api/tasks'));
      assert.equal(reason.match(/é/g).length, 100);
    }
  });

  test('breaks no line and forges none', async () => {
    const forged = '\n{"event":"signed_up","request_id":"forged"}\r\u001b[2J\u009b2J\u2028';
    for (const token of [`${base64url({ alg: forged })}.e30.AAAA`, ours({ iss: forged })]) {
      const response = await new Caller(worker, token).get('/api/tasks');
      const [{ event, reason }] = await linesOf(response);
      assert.equal(event, 'token_refused');
      assert.ok(reason.includes('\n{"event":"signed_up","request_id":"forged"}\r\u001b[2J\ufffd2J\ufffd'), reason);
    }
    assert.ok(!worker.log().split('\n').some((line) => line.startsWith('{"event":"signed_up","request_id":"forged"')));
  });
});

test('There is no line where no Bearer token came, nor for a good one', async () => {
  const user = await signUp(worker);
  const send = (headers, path = '/api/tasks') => anonymous(worker).get(path, { headers });
  const silent = [
    await send({}), await send({}, '/api/auth/session'), await user.get('/api/tasks'), await user.get('/api/auth/session'),
    await send({ Authorization: '' }), await send({ Authorization: 'Basic dTpw' }), await send({ Authorization: 'Bearer' }), await send({ Authorization: 'Bearer a b' }),
  ];
  // The log is written in order: once this line is there, so is all before it.
  await linesOf(await new Caller(worker, 'opaque').get('/api/tasks'));
  for (const { headers } of silent) assert.ok(!worker.log().includes(headers.get('X-Request-Id')));
});
