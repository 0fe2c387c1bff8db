// Claims that are not used may hold any JSON: half a surrogate pair, numbers outside the range of a double, deep nesting. They then
// count as absent. Claims that are checked keep their rules.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { Caller } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const ODD = [
  String.raw`"\ud83d"`, String.raw`"x\ude00"`, String.raw`["\ud83d"]`, String.raw`{"\udc00":1}`, '{}', '[]', 'null', 'true', '7', '1e400', '-1e400',
  '9'.repeat(400), '['.repeat(200) + ']'.repeat(200), '{"a":'.repeat(200) + '0' + '}'.repeat(200),
];
const parties = { JWT_ISSUER: 'https://auth.example.com', JWT_AUDIENCE: 'tasks' };

const worker = useWorker();
const strict = useWorker({ vars: parties });

/** A caller whose token has a subject, an expiry and these claims, given as JSON text. */
function callerWith(claims, { on = worker, sub = '"somebody"', exp = now() + 600 } = {}) {
  return new Caller(on, signToken(`{"sub":${sub},"exp":${exp}${claims && `,${claims}`}}`, on));
}

const session = async (caller) => (await caller.get('/api/auth/session')).body.user;
const assertRejected = async (caller, detail = 'Invalid token') => assertDetail(await caller.get('/api/tasks'), 401, detail);

describe('A token is accepted', () => {
  test('with any JSON in email, name and role, which then count as absent', async () => {
    for (const value of ODD) {
      const caller = callerWith(`"email":${value},"name":${value},"role":${value}`);
      assert.equal((await caller.get('/api/tasks')).status, 200, value.slice(0, 40));
      const { id, email, name, role } = await session(caller);
      assert.deepEqual({ id, email, name, role }, { id: 'somebody', email: null, name: null, role: null });
      assertDetail(await caller.get('/api/admin/users'), 403, 'Admin access required');
    }
  });

  test('with its other profile claims, if one of them cannot be represented', async () => {
    const user = await session(callerWith(String.raw`"email":"ada@example.com","name":"\ud83d","role":"admin"`));
    assert.deepEqual([user.email, user.name, user.role], ['ada@example.com', null, 'admin']);
  });

  test('with any JSON in unknown claims, under any name', async () => {
    for (const name of ['groups', String.raw`\ud83d`, String.raw`sub\udc00`, 'EXP', '', 'kid', 'jti']) {
      for (const value of ODD) assert.equal((await callerWith(`"${name}":${value}`).get('/api/tasks')).status, 200, `${name} ${value.slice(0, 40)}`);
    }
    assert.equal((await callerWith(`"a":1,"a":2`).get('/api/tasks')).status, 200);
  });

  test('with any JSON in iss and aud if no setting requires them, and in gen', async () => {
    for (const name of ['iss', 'aud', 'gen']) {
      for (const value of ODD) assert.equal((await callerWith(`"${name}":${value}`).get('/api/tasks')).status, 200, `${name} ${value.slice(0, 40)}`);
    }
  });

  test('with its audience in a list of any other JSON', async () => {
    const iss = `"iss":"${parties.JWT_ISSUER}"`;
    for (const value of ODD) {
      for (const list of [`[${value},"tasks"]`, `["tasks",${value}]`]) {
        assert.equal((await callerWith(`${iss},"aud":${list}`, { on: strict }).get('/api/tasks')).status, 200, list.slice(0, 40));
      }
      await assertRejected(callerWith(`${iss},"aud":[${value},"other"]`, { on: strict }));
    }
  });
});

describe('A token is rejected', () => {
  test('if exp, nbf or iat is not a number in range', async () => {
    for (const value of ODD.filter((value) => value !== '7')) {
      await assertRejected(callerWith('', { exp: value }));
      for (const name of ['nbf', 'iat']) await assertRejected(callerWith(`"${name}":${value}`));
    }
  });

  test('if sub is not a string', async () => {
    for (const value of ODD) await assertRejected(callerWith('', { sub: value }), 'Invalid token: missing user identifier');
  });

  test('if sid is not a string, and so not a session', async () => {
    for (const value of ODD) await assertRejected(callerWith(`"sid":${value}`), 'Token revoked');
  });

  test('if a setting requires another iss or aud', async () => {
    const good = { iss: `"${parties.JWT_ISSUER}"`, aud: '"tasks"' };
    const claims = (changes) => Object.entries({ ...good, ...changes }).map(([name, value]) => `"${name}":${value}`).join();
    assert.equal((await callerWith(claims({}), { on: strict }).get('/api/tasks')).status, 200);
    for (const value of [...ODD, '[["tasks"]]', '{"0":"tasks"}', '"tasks\\ud83d"']) {
      for (const name of ['iss', 'aud']) await assertRejected(callerWith(claims({ [name]: value }), { on: strict }));
    }
    await assertRejected(callerWith(claims({ iss: `["${parties.JWT_ISSUER}"]` }), { on: strict }));
  });

  test('if a claim that is read occurs twice, or the payload is not JSON in UTF-8', async () => {
    for (const name of ['nbf', 'iat', 'iss', 'aud', 'sid', 'gen', 'email', 'name', 'role']) {
      await assertRejected(callerWith(`"${name}":"\\ud83d","${name}":1`));
      await assertRejected(callerWith(`"${name}":null,"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":null`));
    }
    for (const twice of ['"sub":"somebody"', `"exp":${now() + 600}`]) await assertRejected(callerWith(twice));
    for (const value of ['1e', String.raw`"\x"`, '['.repeat(200), '"\u0001"']) await assertRejected(callerWith(`"groups":${value}`));
    const payload = Buffer.from(`{"sub":"somebody","exp":${now() + 600},"name":"\xff"}`, 'latin1');
    const good = signToken('{}', worker).split('.')[0];
    await assertRejected(new Caller(worker, signedBytes(good, payload)));
  });
});

/** A token whose payload is given as bytes. */
function signedBytes(header, payload) {
  const signed = `${header}.${payload.toString('base64url')}`;
  return `${signed}.${createHmac('sha256', worker.secret).update(signed).digest('base64url')}`;
}
