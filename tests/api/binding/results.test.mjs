// What another Worker receives through the service binding: the result for each kind of token, in the order of its members, and for
// every rejected one the words of the HTTP API.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { authenticate, BOUND, callText, rejected, verify } from '../../support/binding.mjs';
import { anonymous, signUp } from '../../support/caller.mjs';
import { decodeToken, now, signToken } from '../../support/tokens.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const frontend = randomBytes(32).toString('base64url');
const worker = useWorker({ ...BOUND, vars: { BETTER_AUTH_SECRET: frontend, BETTER_AUTH_SUBJECT_PREFIX: 'app:' } });
const database = useDatabase(worker);

const ours = (claims, secret = worker.secret) => signToken({ sub: 'ada', exp: now() + 600, ...claims }, { secret });
const rfc3339 = (seconds) => new Date(seconds * 1000).toISOString();

describe('A valid token', () => {
  test('of a session returns the user, the session, the issuer and the expiry, in this order', async () => {
    const user = await signUp(worker, { name: 'Ada Lovelace' });
    const { sid, exp } = decodeToken(user.accessToken).claims;
    const expected = JSON.stringify({
      ok: true,
      user: { id: user.userId, email: user.email, name: 'Ada Lovelace', role: 'user' },
      session: sid,
      issuer: null,
      expires_at: rfc3339(exp),
    });
    for (const options of [[], [{ checkSession: true }]]) {
      assert.equal(await callText(worker, 'verify', [user.accessToken, ...options]), expected);
      assert.equal(await callText(worker, 'authenticate', [`Bearer ${user.accessToken}`, ...options]), expected);
    }
    // The claims have no name.
    const unchecked = expected.replace('"Ada Lovelace"', 'null');
    assert.equal(await callText(worker, 'verify', [user.accessToken, { checkSession: false }]), unchecked);
    assert.equal(await callText(worker, 'authenticate', [`bearer  ${user.accessToken} `, { checkSession: false }]), unchecked);
  });

  test('of a session shows the user\'s row as it is now, or with checkSession false the claims', async () => {
    const user = await signUp(worker);
    const now = ['admin', 'Ada "the\u2028Countess', `new-${user.email}`];
    await database.prepare('UPDATE users SET role = ?, name = ?, email = ? WHERE id = ?').bind(...now, user.userId).run();
    const described = async (options) => (await verify(worker, user.accessToken, options)).user;
    assert.deepEqual(await described(), { id: user.userId, email: `new-${user.email}`, name: 'Ada "the\u2028Countess', role: 'admin' });
    assert.deepEqual(await described({ checkSession: false }), { id: user.userId, email: user.email, name: null, role: 'user' });
  });

  test('of another issuer shows its claims, with the prefix and the role that count here', async () => {
    const claims = { email: 'ada@example.com', name: 'Ada', role: 'admin', iss: 'https://app.example.com', sid: 'theirs' };
    for (const options of [undefined, { checkSession: false }]) {
      assert.deepEqual(await verify(worker, ours({ ...claims, sid: undefined }), options), {
        ok: true,
        user: { id: 'ada', email: 'ada@example.com', name: 'Ada', role: 'admin' },
        session: null,
        issuer: 'https://app.example.com',
        expires_at: rfc3339(now() + 600),
      });
      assert.deepEqual(await verify(worker, ours(claims, frontend), options), {
        ok: true,
        user: { id: 'app:ada', email: 'ada@example.com', name: 'Ada', role: 'user' },
        session: null,
        issuer: 'https://app.example.com',
        expires_at: rfc3339(now() + 600),
      });
    }
  });

  test('has null for every claim that is absent or not a text', async () => {
    const empty = { id: 'ada', email: null, name: null, role: null };
    for (const claims of [{}, { email: 1, name: {}, role: ['admin'], iss: ['https://app.example.com'] }]) {
      const { user, issuer } = await verify(worker, ours(claims));
      assert.deepEqual({ user, issuer }, { user: empty, issuer: null });
    }
    assert.equal((await verify(worker, ours({ sub: 'é"\\\n\u0000', iss: '' }))).user.id, 'é"\\\n\u0000');
    assert.equal((await verify(worker, ours({ iss: '' }))).issuer, '');
  });

  test('says when it expires, to the millisecond', async () => {
    const expiry = async (exp) => (await verify(worker, signToken(`{"sub":"ada","exp":${exp}}`, { secret: worker.secret }))).expires_at;
    const year = now() + 31_536_000;
    assert.equal(await expiry(year), rfc3339(year));
    assert.equal(await expiry(`${year}.5`), rfc3339(year + 0.5));
    assert.equal(await expiry(`${year}.1236`), rfc3339(year + 0.124));
    for (const far of ['253402300799.9999', '253402300800', '9007199254740991']) assert.equal(await expiry(far), '9999-12-31T23:59:59.999Z');
  });
});

describe('checkSession', () => {
  test('true rejects a signed-out session, and false accepts it until the token expires', async () => {
    const user = await signUp(worker);
    assert.equal((await user.post('/api/auth/signout')).status, 204);
    for (const options of [[], [{}], [{ checkSession: true }]]) {
      assert.deepEqual(await verify(worker, user.accessToken, ...options), rejected('Token revoked'));
      assert.deepEqual(await authenticate(worker, `Bearer ${user.accessToken}`, ...options), rejected('Token revoked'));
    }
    assert.equal((await verify(worker, user.accessToken, { checkSession: false })).ok, true);
    assert.equal((await authenticate(worker, `Bearer ${user.accessToken}`, { checkSession: false })).ok, true);
  });

  test('true rejects an expired session, one that never was, and another user\'s', async () => {
    const [ada, bob] = [await signUp(worker), await signUp(worker)];
    const { claims } = decodeToken(ada.accessToken);
    const resigned = (changes) => verify(worker, ours({ ...claims, ...changes }));
    assert.equal((await resigned({})).ok, true);
    assert.deepEqual(await resigned({ sub: bob.userId }), rejected('Token revoked'));
    assert.deepEqual(await resigned({ sid: '01900000-0000-7000-8000-000000000000' }), rejected('Token revoked'));
    assert.deepEqual(await resigned({ sid: 'theirs' }), rejected('Token revoked'));
    await database.home(ada.userId).prepare('UPDATE sessions SET expires_at = ? WHERE user_id = ?').bind(Date.now() - 1, ada.userId).run();
    assert.deepEqual(await resigned({}), rejected('Token revoked'));
    assert.equal((await verify(worker, bob.accessToken)).ok, true);
  });

  test('false skips no other check', async () => {
    const { claims } = decodeToken((await signUp(worker)).accessToken);
    const unchecked = (changes, secret) => verify(worker, ours({ ...claims, ...changes }, secret), { checkSession: false });
    assert.deepEqual(await unchecked({ exp: now() }), rejected('Token expired'));
    assert.deepEqual(await unchecked({}, randomBytes(32)), rejected('Invalid token'));
    assert.deepEqual(await unchecked({ sub: '' }), rejected('Invalid token: missing user identifier'));
    assert.deepEqual(await unchecked({ sid: 'theirs' }), rejected('Token revoked'));
  });
});

describe('A rejected header has the status, the detail and the challenge of the HTTP API', () => {
  const good = () => ours({});
  const HEADERS = {
    'no header': () => undefined,
    'an empty header': () => '',
    'another scheme': () => 'Basic dTpw',
    'no token': () => 'Bearer ',
    'two tokens': () => `Bearer ${good()} ${good()}`,
    'two headers': () => `Bearer ${good()}, Bearer ${good()}`,
    'a token without its scheme': good,
    'no JWT': () => 'Bearer opaque',
    'a wrong signature': () => `Bearer ${ours({}, randomBytes(32))}`,
    'an unsigned token': () => `Bearer ${signToken({ sub: 'ada', exp: now() + 600 }, { secret: '', header: { alg: 'none' } })}`,
    'an expired token': () => `Bearer ${ours({ exp: now() })}`,
    'no expiry': () => `Bearer ${ours({ exp: undefined })}`,
    'no subject': () => `Bearer ${ours({ sub: undefined })}`,
    'a subject of another issuer': () => `Bearer ${ours({ sub: 'app:ada' })}`,
    'a session that never was': () => `Bearer ${ours({ sid: '01900000-0000-7000-8000-000000000000' })}`,
  };
  for (const [what, make] of Object.entries(HEADERS)) {
    test(what, async () => {
      const header = make();
      const { status, headers, body } = await anonymous(worker).get('/api/tasks', { headers: { Authorization: header } });
      assert.equal(status, 401);
      const expected = { ok: false, status, detail: body.detail, www_authenticate: headers.get('WWW-Authenticate') };
      assert.equal(await callText(worker, 'authenticate', [header]), JSON.stringify(expected));
      const [, token] = /^Bearer ([^ ,]+)$/.exec(header ?? '') ?? [];
      if (token) assert.equal(await callText(worker, 'verify', [token]), JSON.stringify(expected));
    });
  }

  test('a refresh token', async () => {
    const { refreshToken } = await signUp(worker);
    assert.deepEqual(await verify(worker, refreshToken), rejected('Invalid token'));
    assert.deepEqual(await verify(worker, refreshToken, { checkSession: false }), rejected('Invalid token'));
  });
});
