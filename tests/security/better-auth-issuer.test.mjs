// A Better Auth frontend as an issuer beside this service: the rotation of its secret, the names of its users, and its role claim.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const newSecret = () => randomBytes(32).toString('base64url');

/** A caller with a token of this secret; `claims` replace those of a good one. */
function callerOf(worker, secret, claims) {
  return new Caller(worker, signToken({ sub: 'somebody', exp: now() + 600, ...claims }, { secret }));
}

describe('after the frontend\'s secret was rotated', () => {
  const [secret, previous] = [newSecret(), newSecret()];
  const worker = useWorker({ vars: { BETTER_AUTH_SECRET: secret, BETTER_AUTH_SECRET_PREVIOUS: previous } });

  test('a token of either secret is accepted, and both name the same user', async () => {
    const { status, body } = await callerOf(worker, previous).post('/api/tasks', { title: 'before the rotation' });
    assert.equal(status, 201, JSON.stringify(body));
    for (const either of [secret, previous]) assert.deepEqual((await callerOf(worker, either).get('/api/tasks')).body, [body]);
  });

  test('a token of the previous secret passes every other check, and its sid means nothing here', async () => {
    assertDetail(await callerOf(worker, previous, { exp: now() }).get('/api/tasks'), 401, 'Token expired');
    assertDetail(await callerOf(worker, previous, { exp: undefined }).get('/api/tasks'), 401, 'Invalid token');
    assert.equal((await callerOf(worker, previous, { sid: 'its own' }).get('/api/tasks')).status, 200);
    assertDetail(await callerOf(worker, newSecret()).get('/api/tasks'), 401, 'Invalid token');
  });

  test('the previous secret never signs, and refreshes nothing', async () => {
    const user = await signUp(worker);
    const posing = signToken(decodeToken(user.refreshToken).claims, { secret: previous });
    assertDetail(await anonymous(worker).post('/api/auth/refresh', { refresh_token: posing }), 401, 'Invalid refresh token');
    for (const token of [user.accessToken, user.refreshToken]) {
      const { claims, signature } = decodeToken(token);
      assert.notEqual(signToken(claims, { secret: previous }).split('.')[2], signature);
    }
  });
});

describe('where the frontend has no secret any more, only a previous one', () => {
  const previous = newSecret();
  const worker = useWorker({ vars: { BETTER_AUTH_SECRET_PREVIOUS: previous } });

  test('its tokens are accepted until they expire', async () => {
    assert.equal((await callerOf(worker, previous).get('/api/tasks')).status, 200);
  });
});
