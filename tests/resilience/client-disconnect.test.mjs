// A request that waits for what never comes, since its client has gone away, must not stay in memory for good: an isolate has
// 128 MB, and whoever likes can open requests and leave.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous } from '../support/caller.mjs';
import { withWorker } from '../support/use-worker.mjs';

const ABANDONED = 50;
// Miniflare hands it on to the runtime, where the entry below may then collect garbage.
process.env.MINIFLARE_WORKERD_V8_FLAGS = '--expose-gc';

test('What waits and is abandoned is freed', { timeout: 60_000 }, async () => {
  await withWorker({ entry: 'wasm-boundary-entry.mjs' }, async (worker) => {
    const ask = (headers) => anonymous(worker).get('/api/auth/session', { headers });
    const freed = (response) => JSON.parse(response.headers.get('X-Boundary-Calls'))['export __wbg_task_free'];
    assert.equal(freed(await ask({})), 1, 'its own');
    assert.equal(freed(await ask({ 'X-Disconnect': ABANDONED })), ABANDONED + 1);
  });
});
