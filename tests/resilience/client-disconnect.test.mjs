// Memory after a client disconnects: a request that waits for a promise that never settles must be freed, since an isolate has
// 128 MB and anybody can open requests and disconnect.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous } from '../support/caller.mjs';
import { withWorker } from '../support/use-worker.mjs';

const DISCONNECTED = 50;
// Miniflare passes these flags to the runtime, so that the entry below can collect garbage.
process.env.MINIFLARE_WORKERD_V8_FLAGS = '--expose-gc';

test('frees requests whose client disconnects while they wait', { timeout: 60_000 }, async () => {
  await withWorker({ entry: 'wasm-boundary-entry.mjs' }, async (worker) => {
    const ask = (headers) => anonymous(worker).get('/api/auth/session', { headers });
    const freed = (response) => JSON.parse(response.headers.get('X-Boundary-Calls'))['export __wbg_suspendedcall_free'];
    assert.equal(freed(await ask({})), 1, 'its own task');
    assert.equal(freed(await ask({ 'X-Disconnect': DISCONNECTED })), DISCONNECTED + 1);
  });
});
