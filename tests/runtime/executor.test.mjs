// The executor awaits one promise at a time. A debug build has a request that polls two futures together, as `join!` does;
// without the executor's check each would silently receive the other's result.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { debugBundle } from '../support/debug-bundle.mjs';
import { startWorker } from '../support/worker.mjs';

describe('The executor', { timeout: 900_000 }, () => {
  let worker;
  before(async () => (worker = await startWorker({ bundle: await debugBundle() })));
  after(() => worker?.stop());

  test('rejects a second promise while one is pending, and resumes the first with its own result', async () => {
    const response = await fetch(`${worker.url}/debug/two-promises`);
    assert.equal(response.status, 500);
    const line = await worker.printed(/(\{"event":"unhandled_error","cause":"first: .*\})/);
    const { cause, request_id } = JSON.parse(line);
    assert.equal(request_id, response.headers.get('X-Request-Id'));
    assert.match(cause, /^first: Some\(Ok\(JsValue\("first"\)\)\), second: Some\(Err\(.*a second promise is awaited while one is pending/);
  });
});
