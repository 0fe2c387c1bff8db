// Recovery after a panic. No request should panic; if one does, its WebAssembly instance is unusable and the next request must get a
// new one. A debug build has a path that panics; a release build must not.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, randomEmail, signUp } from '../support/caller.mjs';
import { debugBundle } from '../support/debug-bundle.mjs';
import { useWorker, withWorker } from '../support/use-worker.mjs';

const WRONG = 'Wrong horse 8 battery';

describe('After a panic', { timeout: 900_000 }, () => {
  let ada;
  const worker = useWorker(async () => ({ bundle: await debugBundle(), vars: { SIGNIN_MAX_ATTEMPTS: '2' } }), async () => {
    ada = await signUp(worker);
  });

  /** The runtime responds to the request that panicked, with a 500 that is not the Worker's own. */
  async function panic({ headers, path = '/debug/panic' } = {}) {
    const panicsBefore = panics();
    const response = await fetch(worker.url + path, { headers });
    assert.equal(response.status, 500, await response.text());
    assert.equal(response.headers.get('X-Request-Id'), null);
    while (panics() === panicsBefore) await setTimeout(10);
  }

  const panics = () => worker.log().split('panicked at').length - 1;

  test('the next requests are served, however often it happens', async () => {
    for (let time = 0; time < 3; time += 1) {
      await panic();
      assert.equal((await ada.get('/api/tasks')).status, 200);
      assert.equal((await ada.post('/api/tasks', { title: 'Carry on' })).status, 201);
    }
    assert.equal((await ada.get('/api/tasks')).body.length, 3);
  });

  test('concurrent panics have no more effect than one', async () => {
    await Promise.all(Array.from({ length: 5 }, () => panic()));
    assert.equal((await ada.get('/api/tasks')).status, 200);
  });

  for (const [when, path] of [['immediately', '/debug/panic'], ['after an await', '/debug/panic/later']]) {
    test(`that happens ${when}, a request that was waiting fails and does not touch the new instance`, { timeout: 30_000 }, async () => {
      const [begin, end] = ['{"title":', '"Never made"}'].map((text) => Buffer.from(text));
      const staleErrors = () => worker.log().split('stale object from previous Wasm instance').length;
      const staleErrorsBefore = staleErrors();
      async function* interrupted() {
        yield begin;
        await setTimeout(500);
        await panic({ path });
        yield end;
      }
      const before = (await ada.get('/api/tasks')).body;
      const headers = { Authorization: `Bearer ${ada.accessToken}`, 'Content-Type': 'application/json' };
      const response = await fetch(`${worker.url}/api/tasks`, { method: 'POST', headers, body: ReadableStream.from(interrupted()), duplex: 'half' });
      assert.equal(response.status, 500, await response.text());
      while (staleErrors() === staleErrorsBefore) await setTimeout(10);
      assert.deepEqual((await ada.get('/api/tasks')).body, before);
    });
  }

  test('valid tokens are still accepted and invalid ones still rejected', async () => {
    await panic({ headers: { Authorization: `Bearer ${ada.accessToken}` } });
    assertDetail(await anonymous(worker).get('/api/tasks'), 401, 'Authorization header missing');
    assertDetail(await new Caller(worker, `${ada.accessToken}x`).get('/api/tasks'), 401, 'Invalid token');
    assert.equal((await ada.post('/api/auth/refresh', { refresh_token: ada.refreshToken })).status, 200);
  });

  test('sign-in attempts from before are still counted', async () => {
    const email = randomEmail();
    const signIn = async () => (await anonymous(worker).post('/api/auth/signin', { email, password: WRONG })).status;
    assert.equal(await signIn(), 401);
    await panic();
    assert.deepEqual([await signIn(), await signIn()], [401, 429]);
  });

  test('the log has the location of the panic', async () => {
    await panic();
    assert.match(worker.log(), /panicked at src\/debug\.rs:\d+/);
  });
});

test('a release build has no path that panics', async () => {
  await withWorker({}, async (worker) => {
    for (const path of ['/debug/panic', '/debug/panic/later']) {
      for (const method of ['GET', 'POST']) assertDetail(await anonymous(worker).send(method, path), 404, 'Not Found');
    }
  });
});
