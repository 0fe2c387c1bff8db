// Bearer authentication of every task request: each check in its order, with the detail that a client sees.

import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const MISSING = 'Authorization header missing';
const FORMAT = 'Invalid authorization format. Use: Bearer <token>';
const INVALID = 'Invalid token';
const EXPIRED = 'Token expired';
const NO_SUBJECT = 'Invalid token: missing user identifier';
const REVOKED = 'Token revoked';
const TWO_TO_53 = 2 ** 53;

const worker = useWorker();

const validClaims = () => ({ sub: 'somebody', exp: now() + 600 });
const signed = (claims, secret = worker.secret) => signToken({ ...validClaims(), ...claims }, { secret });

/** A request with these `Authorization` headers, unchanged. */
function send(authorization) {
  return anonymous(worker).send('GET', '/api/tasks', { headers: { Authorization: authorization } });
}

function assertUnauthorized(response, detail) {
  assertDetail(response, 401, detail);
  const challenge = [MISSING, FORMAT].includes(detail) ? 'Bearer' : `Bearer error="invalid_token", error_description="${detail}"`;
  assert.equal(response.headers.get('WWW-Authenticate'), challenge);
}

async function assertAccepted(claims) {
  const { status, body } = await send(`Bearer ${signed(claims)}`);
  assert.equal(status, 200, JSON.stringify({ claims, body }));
}

async function assertRejected(claims, detail) {
  assertUnauthorized(await send(`Bearer ${signed(claims)}`), detail);
}

describe('The Authorization header', () => {
  for (const [method, path] of [
    ['GET', '/api/tasks'], ['POST', '/api/tasks'], ['GET', '/api/tasks/1'], ['PUT', '/api/tasks/1'], ['PATCH', '/api/tasks/1'],
    ['DELETE', '/api/tasks/1'], ['POST', '/api/auth/signout'],
  ]) {
    test(`is required for ${method} ${path}`, async () => assertUnauthorized(await anonymous(worker).send(method, path), MISSING));
  }

  test('cannot be replaced by a query parameter or a cookie', async () => {
    const token = signed();
    assertUnauthorized(await anonymous(worker).get(`/api/tasks?access_token=${token}&token=${token}`), MISSING);
    assertUnauthorized(await anonymous(worker).get('/api/tasks', { headers: { Cookie: `access_token=${token}` } }), MISSING);
  });

  test('accepts the scheme in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) assert.equal((await send(`${scheme} ${signed()}`)).status, 200);
  });

  for (const header of [
    'Bearer', 'Bearer ', 'Token abc', 'Basic dTpw', 'Bearerabc', 'Bearer:abc', 'JWT a.b.c', '"Bearer a.b.c"', 'Bearer a b',
  ]) {
    test(`is rejected: "${header}"`, async () => assertUnauthorized(await send(header), FORMAT));
  }

  test('is rejected without a scheme and with anything after the token', async () => {
    assertUnauthorized(await send(signed()), FORMAT);
    assertUnauthorized(await send(`Bearer ${signed()} ${signed()}`), FORMAT);
    assertUnauthorized(await send(`Bearer Bearer ${signed()}`), FORMAT);
  });

  test('is rejected if it appears twice, even with valid tokens', async () => {
    const valid = `Bearer ${signed()}`;
    assertUnauthorized(await send([valid, valid]), FORMAT);
    assertUnauthorized(await send([valid, 'Basic dTpw']), FORMAT);
    assertUnauthorized(await send(['Basic dTpw', valid]), FORMAT);
    assertUnauthorized(await send([valid, '']), FORMAT);
    assertUnauthorized(await send(`${valid},${valid}`), FORMAT);
    assertUnauthorized(await send(`${valid},`), FORMAT);
  });
});

describe('The time claims', () => {
  test('expire the token at exp, without leeway', async () => {
    for (const exp of [now(), now() - 1, now() - 0.5, now() - 3600, 0, -1, -1e300]) await assertRejected({ exp }, EXPIRED);
  });

  test('accept fractions and numbers up to 2^53', async () => {
    for (const exp of [now() + 600.5, TWO_TO_53 - 1]) await assertAccepted({ exp });
    for (const iat of [now() - 0.25, 0, -1, now() + 60]) await assertAccepted({ iat, nbf: iat });
  });

  test('accept iat and nbf up to a minute in the future, for clock skew', async () => {
    for (const claim of ['iat', 'nbf']) {
      await assertAccepted({ [claim]: now() + 60 });
      for (const ahead of [75, 75.5, 3600]) await assertRejected({ [claim]: now() + ahead }, INVALID);
    }
  });

  test('include exp, which is required', () => assertRejected({ exp: undefined }, INVALID));

  for (const claim of ['exp', 'nbf', 'iat']) {
    test(`reject anything but a finite number below 2^53 in ${claim}`, async () => {
      const wrong = ['', 'soon', String(now() + 600), null, true, false, [], [now() + 600], {}, TWO_TO_53, 1e300];
      for (const value of wrong) await assertRejected({ [claim]: value }, INVALID);
      for (const text of ['1e999', '-1e999', 'NaN', 'Infinity', '0x7fffffff', '9007199254740993', '1_900_000_000', '01900000000']) {
        // Inserted as text, since JSON.stringify writes no such numbers.
        const claims = JSON.stringify({ ...validClaims(), [claim]: '@' }).replace('"@"', text);
        assertUnauthorized(await send(`Bearer ${signToken(claims, worker)}`), INVALID);
      }
    });
  }
});

describe('The subject', () => {
  test('is any text of 1 to 255 bytes, whether it has an account or not', async () => {
    const nanoid = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
    for (const sub of ['x', nanoid, 'x'.repeat(255), `${'é'.repeat(127)}x`, '😀', "'; DROP TABLE tasks; --"]) {
      await assertAccepted({ sub });
    }
  });

  test('is rejected as missing if it is absent, empty, longer, or no text', async () => {
    for (const sub of [undefined, '', 'x'.repeat(256), 'é'.repeat(128), 7, 0, null, true, [], ['somebody'], { id: 'somebody' }]) {
      await assertRejected({ sub }, NO_SUBJECT);
    }
  });
});

describe('The session', () => {
  test('belongs to the subject and is active, or the token is revoked', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    const { sid } = decodeToken(user.accessToken).claims;
    await assertAccepted({ sub: user.userId, sid });
    await assertRejected({ sub: other.userId, sid }, REVOKED);
    await assertRejected({ sid }, REVOKED);
    const unknown = '01900000-0000-7000-8000-000000000000';
    for (const wrong of [unknown, 'no session', '', sid.toUpperCase(), ` ${sid}`, `${sid}\u0000`, 7, [sid], { sid }]) {
      await assertRejected({ sub: user.userId, sid: wrong }, REVOKED);
    }
    await user.post('/api/auth/signout');
    await assertRejected({ sub: user.userId, sid }, REVOKED);
  });
});

describe('A token with several errors reports the first in the order of checks', () => {
  const otherKey = randomBytes(32);
  const past = () => now() - 60;
  for (const [why, token, detail] of [
    ['a wrong signature before the time', () => signed({ exp: past() }, otherKey), INVALID],
    ['a wrong signature before the subject', () => signed({ sub: '' }, otherKey), INVALID],
    ['expiry before a malformed nbf', () => signed({ exp: past(), nbf: 'soon' }), EXPIRED],
    ['expiry before an nbf in the future', () => signed({ exp: past(), nbf: now() + 3600 }), EXPIRED],
    ['expiry before the subject', () => signed({ exp: past(), sub: undefined }), EXPIRED],
    ['expiry before the session', () => signed({ exp: past(), sid: 'no session' }), EXPIRED],
    ['a missing exp before a missing subject', () => signed({ exp: undefined, sub: undefined }), INVALID],
    ['a malformed iat before a missing subject', () => signed({ iat: 'yesterday', sub: undefined }), INVALID],
    ['a missing subject before the session', () => signed({ sub: undefined, sid: 'no session' }), NO_SUBJECT],
  ]) {
    test(why, async () => assertUnauthorized(await send(`Bearer ${token()}`), detail));
  }

  test('a second header before the errors of the tokens', async () => {
    assertUnauthorized(await send(['Bearer nonsense', `Bearer ${signed({ exp: past() })}`]), FORMAT);
  });
});

test('accepts a valid token with another member order, whitespace in its JSON, and unknown claims', async () => {
  const part = (text) => Buffer.from(text).toString('base64url');
  const claims = JSON.stringify({ ...validClaims(), jti: 7, scope: ['a'] }, null, 2);
  const text = `${part('{ "typ" : "JWT",\r\n "kid" : "any", "alg" : "HS256" }')}.${part(`\n${claims}\n`)}`;
  const token = `${text}.${createHmac('sha256', worker.secret).update(text).digest('base64url')}`;
  assert.equal((await new Caller(worker, token).get('/api/tasks')).status, 200);
});
