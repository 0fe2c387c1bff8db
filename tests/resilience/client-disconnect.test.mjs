// A request that waits for what never comes, since its client has gone away, must not stay in memory for good: an isolate has
// 128 MB, and whoever likes can open requests and leave.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { anonymous } from '../support/caller.mjs';
import { startWorker } from '../support/worker.mjs';

const ABANDONED = 50;
// Miniflare hands it on to the runtime, where the entry below may then collect garbage.
process.env.MINIFLARE_WORKERD_V8_FLAGS = '--expose-gc';

test('What waits and is abandoned is freed', { timeout: 60_000 }, async () => {
  const worker = await startWorker({ entry: join(import.meta.dirname, '..', 'support', 'wasm-boundary-entry.mjs') });
  try {
    const ask = (headers) => anonymous(worker).get('/api/auth/session', { headers });
    const freed = (response) => JSON.parse(response.headers.get('X-Boundary-Calls'))['export __wbg_task_free'];
    assert.equal(freed(await ask({})), 1, 'its own');
    assert.equal(freed(await ask({ 'X-Disconnect': ABANDONED })), ABANDONED + 1);
  } finally {
    await worker.stop();
  }
});
