// REFRESH_GRACE_SECONDS: a mobile client whose response was lost needs longer than ten seconds, and an operator who wants every
// reuse detected needs none.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertRevoked } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { useDatabase, useWorker } from '../../support/use-worker.mjs';

const refresh = (worker, refreshToken) => anonymous(worker).post('/api/auth/refresh', { refresh_token: refreshToken });

async function assertEnded(worker, ...accessTokens) {
  for (const token of accessTokens) assertRevoked(await new Caller(worker, token).get('/api/tasks'));
}

describe('Without a grace period', () => {
  const worker = useWorker({ vars: { REFRESH_GRACE_SECONDS: '0' } });
  const db = useDatabase(worker);

  test('a refresh token works once, and its second use ends the session', async () => {
    const user = await signUp(worker);
    const { status, body } = await refresh(worker, user.refreshToken);
    assert.equal(status, 200);
    assertDetail(await refresh(worker, user.refreshToken), 401, 'Invalid refresh token');
    await assertEnded(worker, user.accessToken, body.access_token);
    assertDetail(await refresh(worker, body.refresh_token), 401, 'Invalid refresh token');
  });

  test('of many refreshes at once exactly one succeeds, and the session ends', async () => {
    const user = await signUp(worker);
    const responses = await Promise.all(Array.from({ length: 20 }, () => refresh(worker, user.refreshToken)));
    assert.equal(responses.filter(({ status }) => status === 200).length, 1);
    await assertEnded(worker, user.accessToken);
  });

  test('the second use counts even where the clock that made the first is ahead', async () => {
    const user = await signUp(worker);
    assert.equal((await refresh(worker, user.refreshToken)).status, 200);
    await db.home(user.userId).prepare('UPDATE sessions SET rotated_at = rotated_at + 5000 WHERE user_id = ?').bind(user.userId).run();
    assert.equal((await refresh(worker, user.refreshToken)).status, 401);
    await assertEnded(worker, user.accessToken);
  });

  test('a chain of refreshes goes on as ever', async () => {
    const user = await signUp(worker);
    let { refreshToken } = user;
    for (let n = 0; n < 3; n += 1) refreshToken = (await refresh(worker, refreshToken)).body.refresh_token;
    assert.equal((await user.get('/api/tasks')).status, 200);
  });
});

describe('With a grace period of 60 seconds', () => {
  const worker = useWorker({ vars: { REFRESH_GRACE_SECONDS: '60' } });
  const db = useDatabase(worker);

  for (const [seconds, status] of [[58, 200], [61, 401]]) {
    test(`a token that was used ${seconds} seconds ago is ${status === 200 ? 'answered again' : 'a reuse'}`, async () => {
      const user = await signUp(worker);
      assert.equal((await refresh(worker, user.refreshToken)).status, 200);
      const move = db.home(user.userId).prepare('UPDATE sessions SET rotated_at = rotated_at - ? WHERE user_id = ?').bind(seconds * 1000, user.userId);
      assert.equal((await move.run()).meta.changes, 1);
      assert.equal((await refresh(worker, user.refreshToken)).status, status);
      assert.equal((await user.get('/api/tasks')).status, status);
    });
  }
});
