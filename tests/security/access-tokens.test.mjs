// The door that every task request passes: each check, in the order of their making, with the words a client sees.

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

const goodClaims = () => ({ sub: 'somebody', exp: now() + 600 });
const signed = (claims, secret = worker.secret) => signToken({ ...goodClaims(), ...claims }, { secret });

/** A request with these `Authorization` headers, as they are. */
function knock(authorization) {
  return anonymous(worker).send('GET', '/api/tasks', { headers: { Authorization: authorization } });
}

function assertUnauthorized(response, detail) {
  assertDetail(response, 401, detail);
  const challenge = [MISSING, FORMAT].includes(detail) ? 'Bearer' : `Bearer error="invalid_token", error_description="${detail}"`;
  assert.equal(response.headers.get('WWW-Authenticate'), challenge);
}

async function assertGood(claims) {
  const { status, body } = await knock(`Bearer ${signed(claims)}`);
  assert.equal(status, 200, JSON.stringify({ claims, body }));
}

async function assertBad(claims, detail) {
  assertUnauthorized(await knock(`Bearer ${signed(claims)}`), detail);
}

describe('the Authorization header', () => {
  for (const [method, path] of [
    ['GET', '/api/tasks'], ['POST', '/api/tasks'], ['GET', '/api/tasks/1'], ['PUT', '/api/tasks/1'], ['PATCH', '/api/tasks/1'],
    ['DELETE', '/api/tasks/1'], ['POST', '/api/auth/signout'],
  ]) {
    test(`is needed for ${method} ${path}`, async () => assertUnauthorized(await anonymous(worker).send(method, path), MISSING));
  }

  test('cannot be replaced by a query or a cookie', async () => {
    const token = signed();
    assertUnauthorized(await anonymous(worker).get(`/api/tasks?access_token=${token}&token=${token}`), MISSING);
    assertUnauthorized(await anonymous(worker).get('/api/tasks', { headers: { Cookie: `access_token=${token}` } }), MISSING);
  });

  test('takes the scheme in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) assert.equal((await knock(`${scheme} ${signed()}`)).status, 200);
  });

  for (const header of [
    'Bearer', 'Bearer ', 'Token abc', 'Basic dTpw', 'Bearerabc', 'Bearer:abc', 'JWT a.b.c', '"Bearer a.b.c"', 'Bearer a b',
  ]) {
    test(`is no "${header}"`, async () => assertUnauthorized(await knock(header), FORMAT));
  }

  test('is no bare token, and no token with something after it', async () => {
    assertUnauthorized(await knock(signed()), FORMAT);
    assertUnauthorized(await knock(`Bearer ${signed()} ${signed()}`), FORMAT);
    assertUnauthorized(await knock(`Bearer Bearer ${signed()}`), FORMAT);
  });

  test('stands there once, even if all of them are good', async () => {
    const good = `Bearer ${signed()}`;
    assertUnauthorized(await knock([good, good]), FORMAT);
    assertUnauthorized(await knock([good, 'Basic dTpw']), FORMAT);
    assertUnauthorized(await knock(['Basic dTpw', good]), FORMAT);
    assertUnauthorized(await knock([good, '']), FORMAT);
    assertUnauthorized(await knock(`${good},${good}`), FORMAT);
    assertUnauthorized(await knock(`${good},`), FORMAT);
  });
});

describe('time', () => {
  test('is over when exp is reached, without leeway', async () => {
    for (const exp of [now(), now() - 1, now() - 0.5, now() - 3600, 0, -1, -1e300]) await assertBad({ exp }, EXPIRED);
  });

  test('may be told in fractions and up to 2^53', async () => {
    for (const exp of [now() + 600.5, TWO_TO_53 - 1]) await assertGood({ exp });
    for (const iat of [now() - 0.25, 0, -1, now() + 60]) await assertGood({ iat, nbf: iat });
  });

  test('may run a minute ahead at another issuer, and not more', async () => {
    for (const claim of ['iat', 'nbf']) {
      await assertGood({ [claim]: now() + 60 });
      for (const ahead of [75, 75.5, 3600]) await assertBad({ [claim]: now() + ahead }, INVALID);
    }
  });

  test('must be given', () => assertBad({ exp: undefined }, INVALID));

  for (const claim of ['exp', 'nbf', 'iat']) {
    test(`is a finite number below 2^53 in ${claim}`, async () => {
      const wrong = ['', 'soon', String(now() + 600), null, true, false, [], [now() + 600], {}, TWO_TO_53, 1e300];
      for (const value of wrong) await assertBad({ [claim]: value }, INVALID);
      for (const text of ['1e999', '-1e999', 'NaN', 'Infinity', '0x7fffffff', '9007199254740993', '1_900_000_000', '01900000000']) {
        // Written by hand, since no serialiser writes such numbers.
        const claims = JSON.stringify({ ...goodClaims(), [claim]: '@' }).replace('"@"', text);
        assertUnauthorized(await knock(`Bearer ${signToken(claims, worker)}`), INVALID);
      }
    });
  }
});

describe('the subject', () => {
  test('is 1 to 255 bytes of text, a user of ours or not', async () => {
    const nanoid = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
    for (const sub of ['x', nanoid, 'x'.repeat(255), `${'é'.repeat(127)}x`, '😀', "'; DROP TABLE tasks; --"]) {
      await assertGood({ sub });
    }
  });

  test('is missing where it is absent, empty, longer, or no text', async () => {
    for (const sub of [undefined, '', 'x'.repeat(256), 'é'.repeat(128), 7, 0, null, true, [], ['somebody'], { id: 'somebody' }]) {
      await assertBad({ sub }, NO_SUBJECT);
    }
  });
});

describe('the session', () => {
  test('is that of the subject, and lives', async () => {
    const [user, other] = [await signUp(worker), await signUp(worker)];
    const { sid } = decodeToken(user.accessToken).claims;
    await assertGood({ sub: user.userId, sid });
    await assertBad({ sub: other.userId, sid }, REVOKED);
    await assertBad({ sid }, REVOKED);
    const unknown = '01900000-0000-7000-8000-000000000000';
    for (const wrong of [unknown, 'no session', '', sid.toUpperCase(), ` ${sid}`, `${sid}\u0000`, 7, [sid], { sid }]) {
      await assertBad({ sub: user.userId, sid: wrong }, REVOKED);
    }
    await user.post('/api/auth/signout');
    await assertBad({ sub: user.userId, sid }, REVOKED);
  });
});

describe('of several faults, the first in the order of checks is told', () => {
  const stranger = randomBytes(32);
  const past = () => now() - 60;
  for (const [why, token, detail] of [
    ['a bad signature before the time', () => signed({ exp: past() }, stranger), INVALID],
    ['a bad signature before the subject', () => signed({ sub: '' }, stranger), INVALID],
    ['the end of its life before a wrong nbf', () => signed({ exp: past(), nbf: 'soon' }), EXPIRED],
    ['the end of its life before an nbf that is to come', () => signed({ exp: past(), nbf: now() + 3600 }), EXPIRED],
    ['the end of its life before the subject', () => signed({ exp: past(), sub: undefined }), EXPIRED],
    ['the end of its life before the session', () => signed({ exp: past(), sid: 'no session' }), EXPIRED],
    ['no exp before no subject', () => signed({ exp: undefined, sub: undefined }), INVALID],
    ['a wrong iat before no subject', () => signed({ iat: 'yesterday', sub: undefined }), INVALID],
    ['no subject before the session', () => signed({ sub: undefined, sid: 'no session' }), NO_SUBJECT],
  ]) {
    test(why, async () => assertUnauthorized(await knock(`Bearer ${token()}`), detail));
  }

  test('a second header before what is wrong with the tokens', async () => {
    assertUnauthorized(await knock(['Bearer nonsense', `Bearer ${signed({ exp: past() })}`]), FORMAT);
  });
});

test('takes a good token with a header in another order, with spaces in its JSON, and with claims of others', async () => {
  const part = (text) => Buffer.from(text).toString('base64url');
  const claims = JSON.stringify({ ...goodClaims(), jti: 7, scope: ['a'] }, null, 2);
  const text = `${part('{ "typ" : "JWT",\r\n "kid" : "any", "alg" : "HS256" }')}.${part(`\n${claims}\n`)}`;
  const token = `${text}.${createHmac('sha256', worker.secret).update(text).digest('base64url')}`;
  assert.equal((await new Caller(worker, token).get('/api/tasks')).status, 200);
});
