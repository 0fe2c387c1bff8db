// Issuers whose tokens are accepted: this service before and after a rotation of its secret, a frontend with its own secret, and
// other services that share the secret.

import assert from 'node:assert/strict';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const newSecret = () => randomBytes(32).toString('base64url');
const inTenMinutes = () => now() + 600;

async function assertAccepted(worker, token) {
  const { status, body } = await new Caller(worker, token).get('/api/tasks');
  assert.equal(status, 200, JSON.stringify(body));
}

async function assertRejected(worker, token, detail = 'Invalid token') {
  assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, detail);
}

function isSignedWith(secret, token) {
  const end = token.lastIndexOf('.');
  return createHmac('sha256', secret).update(token.slice(0, end)).digest('base64url') === token.slice(end + 1);
}

function refresh(worker, refreshToken) {
  return anonymous(worker).post('/api/auth/refresh', { refresh_token: refreshToken });
}

describe('A token without a session under a shared secret', () => {
  const worker = useWorker();

  test('is accepted for a subject without an account and sees only the tasks of that subject', async () => {
    const user = await signUp(worker);
    await user.post('/api/tasks', { title: 'of a user of ours' });
    const subjects = ['q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru', randomUUID(), 'somebody else'];
    const callers = subjects.map((sub) => new Caller(worker, signToken({ sub, exp: inTenMinutes() }, worker)));
    for (const [n, caller] of callers.entries()) {
      const { status, body } = await caller.post('/api/tasks', { title: `of ${subjects[n]}`, user_id: user.userId });
      assert.equal(status, 201);
      assert.equal(body.user_id, subjects[n]);
    }
    for (const [n, caller] of [...callers, user].entries()) {
      const { body } = await caller.get('/api/tasks');
      assert.deepEqual(body.map(({ title }) => title), [n < subjects.length ? `of ${subjects[n]}` : 'of a user of ours']);
    }
  });

  test('sees the tasks of an account if its subject is that account', async () => {
    const user = await signUp(worker);
    const { body } = await user.post('/api/tasks', { title: 'mine' });
    const same = new Caller(worker, signToken({ sub: user.userId, exp: inTenMinutes() }, worker));
    assert.deepEqual((await same.get('/api/tasks')).body, [body]);
  });
});

describe('After a rotation of JWT_SECRET', () => {
  let user, previous;
  const worker = useWorker({}, async () => {
    user = await signUp(worker);
    previous = worker.secret;
    await worker.restart({ vars: { JWT_SECRET_PREVIOUS: previous } });
  });

  test('accepts tokens signed before, with all other checks applied', async () => {
    await assertAccepted(worker, user.accessToken);
    await assertAccepted(worker, signToken({ sub: 'somebody', exp: inTenMinutes() }, { secret: previous }));
    await assertRejected(worker, signToken({ sub: 'somebody', exp: now() }, { secret: previous }), 'Token expired');
    const noSession = { sub: user.userId, sid: randomUUID(), exp: inTenMinutes() };
    await assertRejected(worker, signToken(noSession, { secret: previous }), 'Token revoked');
  });

  test('refreshes a token signed before and signs the new ones with the new secret', async () => {
    const { status, body } = await refresh(worker, user.refreshToken);
    assert.equal(status, 200);
    await assertAccepted(worker, body.access_token);
    assert.ok(isSignedWith(worker.secret, body.access_token));
    assert.equal((await refresh(worker, body.refresh_token)).status, 200);
  });

  test('signs a sign-in with the new secret and rejects an old refresh token as an access token', async () => {
    const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
    assert.ok(isSignedWith(worker.secret, body.access_token));
    await assertRejected(worker, user.refreshToken);
  });

  test('rejects a token under any other secret', async () => {
    await assertRejected(worker, signToken({ sub: 'somebody', exp: inTenMinutes() }, { secret: newSecret() }));
  });
});

describe('A frontend with its own secret', () => {
  const frontend = newSecret();
  const worker = useWorker({ vars: { BETTER_AUTH_SECRET: frontend } });

  test('issues tokens that are accepted without a session and with any sid of its own', async () => {
    const sub = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
    for (const sid of [undefined, 'its own', randomUUID(), 7, null]) {
      await assertAccepted(worker, signToken({ sub, sid, exp: inTenMinutes() }, { secret: frontend }));
    }
    const caller = new Caller(worker, signToken({ sub, sid: 'its own', exp: inTenMinutes() }, { secret: frontend }));
    assert.equal((await caller.post('/api/tasks', { title: 'from the frontend' })).body.user_id, sub);
    assert.equal((await caller.post('/api/auth/signout')).status, 204);
    await assertAccepted(worker, caller.token);
  });

  test('issues tokens that must pass every other check', async () => {
    await assertRejected(worker, signToken({ sub: 'somebody', exp: now() }, { secret: frontend }), 'Token expired');
    await assertRejected(worker, signToken({ sub: 'somebody' }, { secret: frontend }));
    await assertRejected(worker, signToken({ exp: inTenMinutes() }, { secret: frontend }), 'Invalid token: missing user identifier');
  });

  test('has a secret that signs no token of this service, and tokens that refresh nothing', async () => {
    const user = await signUp(worker);
    for (const token of [user.accessToken, user.refreshToken]) assert.ok(!isSignedWith(frontend, token));
    assert.ok(isSignedWith(worker.secret, user.accessToken));
    const posing = signToken(decodeToken(user.refreshToken).claims, { secret: frontend });
    assertDetail(await refresh(worker, posing), 401, 'Invalid refresh token');
    await assertAccepted(worker, user.accessToken);
  });
});

describe('With JWT_ISSUER and JWT_AUDIENCE', () => {
  const expected = { iss: 'https://auth.example.com', aud: 'tasks' };
  const worker = useWorker({ vars: { JWT_ISSUER: expected.iss, JWT_AUDIENCE: expected.aud } });
  const signed = (claims) => signToken({ sub: 'somebody', exp: inTenMinutes(), ...expected, ...claims }, worker);

  test('puts both claims into every issued token and accepts it', async () => {
    const user = await signUp(worker);
    const { body } = await refresh(worker, user.refreshToken);
    for (const token of [user.accessToken, body.access_token]) {
      const { iss, aud } = decodeToken(token).claims;
      assert.deepEqual({ iss, aud }, expected);
      await assertAccepted(worker, token);
    }
  });

  test('accepts a list of audiences that contains the expected one', async () => {
    for (const aud of ['tasks', ['tasks'], ['mail', 'tasks']]) await assertAccepted(worker, signed({ aud }));
    for (const aud of [undefined, 'mail', 'Tasks', 'tasks ', '', [], ['mail'], [['tasks']], null, 7, { tasks: true }]) {
      await assertRejected(worker, signed({ aud }));
    }
  });

  test('rejects another issuer', async () => {
    const similar = ['https://auth.example.org', `${expected.iss}/`, expected.iss.toUpperCase()];
    for (const iss of [...similar, undefined, '', null, 7, [expected.iss]]) {
      await assertRejected(worker, signed({ iss }));
    }
  });

  test('checks the time before issuer and audience, and those before the subject', async () => {
    await assertRejected(worker, signed({ iss: 'nobody', exp: now() }), 'Token expired');
    await assertRejected(worker, signed({ iss: 'nobody', sub: undefined }));
    await assertRejected(worker, signed({ aud: 'nobody', sub: '' }));
    await assertRejected(worker, signed({ sub: '' }), 'Invalid token: missing user identifier');
  });
});
