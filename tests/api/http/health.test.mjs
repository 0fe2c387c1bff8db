// Whoever watches the service asks GET /api/health. That it works with bad settings, too, is shown in settings.test.mjs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, Caller } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const worker = useWorker();

test('Health says to anybody that the service is up', async () => {
  const { status, body } = await anonymous(worker).get('/api/health');
  assert.deepEqual({ status, body }, { status: 200, body: { status: 'ok' } });
});

test('Health takes no offence at a bad token', async () => {
  assert.equal((await new Caller(worker, 'no.token.atall').get('/api/health')).status, 200);
});

test('Health can only be read', async () => {
  const response = await anonymous(worker).post('/api/health', {});
  assertDetail(response, 405, 'Method Not Allowed');
  assert.equal(response.headers.get('Allow'), 'GET, HEAD');
});
