// GET /api/health is for monitoring. settings.test.mjs tests that it also works with invalid settings.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, Caller } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const worker = useWorker();

test('returns {"status":"ok"} without a token', async () => {
  const { status, body } = await anonymous(worker).get('/api/health');
  assert.deepEqual({ status, body }, { status: 200, body: { status: 'ok' } });
});

test('ignores an invalid token', async () => {
  assert.equal((await new Caller(worker, 'no.token.atall').get('/api/health')).status, 200);
});

test('accepts GET and HEAD only', async () => {
  const response = await anonymous(worker).post('/api/health', {});
  assertDetail(response, 405, 'Method Not Allowed');
  assert.equal(response.headers.get('Allow'), 'GET, HEAD');
});
