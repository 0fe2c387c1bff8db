// Whose tokens are good here: ours before and after the secret was rotated, a frontend's, and those of whoever shares the secret.

import assert from 'node:assert/strict';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { decodeToken, now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const newSecret = () => randomBytes(32).toString('base64url');
const inTenMinutes = () => now() + 600;

async function assertGood(worker, token) {
  const { status, body } = await new Caller(worker, token).get('/api/tasks');
  assert.equal(status, 200, JSON.stringify(body));
}

async function assertBad(worker, token, detail = 'Invalid token') {
  assertDetail(await new Caller(worker, token).get('/api/tasks'), 401, detail);
}

function isSignedWith(secret, token) {
  const end = token.lastIndexOf('.');
  return createHmac('sha256', secret).update(token.slice(0, end)).digest('base64url') === token.slice(end + 1);
}

function refresh(worker, refreshToken) {
  return anonymous(worker).post('/api/auth/refresh', { refresh_token: refreshToken });
}

describe('a token without a session, of whoever shares the secret', () => {
  const worker = useWorker();

  test('is good for a subject that is no user of ours, and sees the tasks of that subject alone', async () => {
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

  test('shares the tasks of a user of ours where it names that user', async () => {
    const user = await signUp(worker);
    const { body } = await user.post('/api/tasks', { title: 'mine' });
    const same = new Caller(worker, signToken({ sub: user.userId, exp: inTenMinutes() }, worker));
    assert.deepEqual((await same.get('/api/tasks')).body, [body]);
  });
});

describe('after the secret was rotated', () => {
  let user, previous;
  const worker = useWorker({}, async () => {
    user = await signUp(worker);
    previous = worker.secret;
    await worker.restart({ vars: { JWT_SECRET_PREVIOUS: previous } });
  });

  test('a token signed before is good as long as it lives, and checked as ever', async () => {
    await assertGood(worker, user.accessToken);
    await assertGood(worker, signToken({ sub: 'somebody', exp: inTenMinutes() }, { secret: previous }));
    await assertBad(worker, signToken({ sub: 'somebody', exp: now() }, { secret: previous }), 'Token expired');
    const noSession = { sub: user.userId, sid: randomUUID(), exp: inTenMinutes() };
    await assertBad(worker, signToken(noSession, { secret: previous }), 'Token revoked');
  });

  test('a refresh token signed before still refreshes, and what it gives is signed under the new secret', async () => {
    const { status, body } = await refresh(worker, user.refreshToken);
    assert.equal(status, 200);
    await assertGood(worker, body.access_token);
    assert.ok(isSignedWith(worker.secret, body.access_token));
    assert.equal((await refresh(worker, body.refresh_token)).status, 200);
  });

  test('a sign-in is signed under the new secret, and a refresh token of the old one is no access token', async () => {
    const { body } = await anonymous(worker).post('/api/auth/signin', { email: user.email, password: user.password });
    assert.ok(isSignedWith(worker.secret, body.access_token));
    await assertBad(worker, user.refreshToken);
  });

  test('a third secret opens nothing', async () => {
    await assertBad(worker, signToken({ sub: 'somebody', exp: inTenMinutes() }, { secret: newSecret() }));
  });
});

describe('a frontend that signs with a secret of its own', () => {
  const frontend = newSecret();
  const worker = useWorker({ vars: { BETTER_AUTH_SECRET: frontend } });

  test('issues tokens that are good without a session, and with whatever it calls a session', async () => {
    const sub = 'q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru';
    for (const sid of [undefined, 'its own', randomUUID(), 7, null]) {
      await assertGood(worker, signToken({ sub, sid, exp: inTenMinutes() }, { secret: frontend }));
    }
    const caller = new Caller(worker, signToken({ sub, sid: 'its own', exp: inTenMinutes() }, { secret: frontend }));
    assert.equal((await caller.post('/api/tasks', { title: 'from the frontend' })).body.user_id, sub);
    assert.equal((await caller.post('/api/auth/signout')).status, 204);
    await assertGood(worker, caller.token);
  });

  test('is held to every other check', async () => {
    await assertBad(worker, signToken({ sub: 'somebody', exp: now() }, { secret: frontend }), 'Token expired');
    await assertBad(worker, signToken({ sub: 'somebody' }, { secret: frontend }));
    await assertBad(worker, signToken({ exp: inTenMinutes() }, { secret: frontend }), 'Invalid token: missing user identifier');
  });

  test('never lends its secret: what we issue is not signed with it, and its tokens refresh nothing', async () => {
    const user = await signUp(worker);
    for (const token of [user.accessToken, user.refreshToken]) assert.ok(!isSignedWith(frontend, token));
    assert.ok(isSignedWith(worker.secret, user.accessToken));
    const posing = signToken(decodeToken(user.refreshToken).claims, { secret: frontend });
    assertDetail(await refresh(worker, posing), 401, 'Invalid refresh token');
    await assertGood(worker, user.accessToken);
  });
});

describe('where issuer and audience are set', () => {
  const parties = { iss: 'https://auth.example.com', aud: 'tasks' };
  const worker = useWorker({ vars: { JWT_ISSUER: parties.iss, JWT_AUDIENCE: parties.aud } });
  const signed = (claims) => signToken({ sub: 'somebody', exp: inTenMinutes(), ...parties, ...claims }, worker);

  test('they stand in every token that is given out, and those are good', async () => {
    const user = await signUp(worker);
    const { body } = await refresh(worker, user.refreshToken);
    for (const token of [user.accessToken, body.access_token]) {
      const { iss, aud } = decodeToken(token).claims;
      assert.deepEqual({ iss, aud }, parties);
      await assertGood(worker, token);
    }
  });

  test('a list of audiences is good if ours is on it', async () => {
    for (const aud of ['tasks', ['tasks'], ['mail', 'tasks']]) await assertGood(worker, signed({ aud }));
    for (const aud of [undefined, 'mail', 'Tasks', 'tasks ', '', [], ['mail'], [['tasks']], null, 7, { tasks: true }]) {
      await assertBad(worker, signed({ aud }));
    }
  });

  test('another issuer is refused', async () => {
    const similar = ['https://auth.example.org', `${parties.iss}/`, parties.iss.toUpperCase()];
    for (const iss of [...similar, undefined, '', null, 7, [parties.iss]]) {
      await assertBad(worker, signed({ iss }));
    }
  });

  test('the time is judged before them, and they before the subject', async () => {
    await assertBad(worker, signed({ iss: 'nobody', exp: now() }), 'Token expired');
    await assertBad(worker, signed({ iss: 'nobody', sub: undefined }));
    await assertBad(worker, signed({ aud: 'nobody', sub: '' }));
    await assertBad(worker, signed({ sub: '' }), 'Invalid token: missing user identifier');
  });
});
