// Durability: no acknowledged write is lost when the runtime is killed during many concurrent writes.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { readPages } from '../support/pages.mjs';
import { startWorker } from '../support/worker.mjs';

const WRITERS = 24;
const WRITES_BEFORE_THE_CRASH = 300;

test('after SIGKILL during writes, every task is stored as it was last acknowledged', async (t) => {
  const state = await mkdtemp(join(tmpdir(), 'edge-auth-crash-'));
  let crashed, restarted;
  t.after(async () => {
    await crashed?.stop();
    await restarted?.stop();
    await rm(state, { recursive: true, force: true, maxRetries: 10 });
  });
  crashed = await startWorker({ state });
  const ada = await signUp(crashed);
  const acknowledged = new Map();
  const uncertain = new Set();
  let writes = 0;
  let interrupted = 0;
  let killed;

  async function write(send) {
    const response = await send();
    assert.ok(response.status === 200 || response.status === 201, JSON.stringify(response.body));
    writes += 1;
    if (writes === WRITES_BEFORE_THE_CRASH) killed = crashed.kill();
    return response.body;
  }

  await Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
    for (let number = 0; ; number += 1) {
      let task;
      try {
        task = await write(() => ada.post('/api/tasks', { title: `Writer ${writer}, task ${number}` }));
        acknowledged.set(task.id, task);
        acknowledged.set(task.id, await write(() => ada.patch(`/api/tasks/${task.id}`, { completed: true })));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        interrupted += 1;
        if (task) uncertain.add(task.id);
        return;
      }
    }
  }));
  await killed;
  t.diagnostic(`${writes} writes were acknowledged, ${interrupted} were interrupted`);
  assert.ok(interrupted > 0, 'the crash interrupted writes');

  restarted = await startWorker({ state, vars: { JWT_SECRET: crashed.secret } });
  const adaAfter = new Caller(restarted, ada.accessToken);
  const found = new Map((await readPages(adaAfter, '/api/tasks?limit=500')).flat().map((task) => [task.id, task]));
  for (const [id, task] of acknowledged) {
    const stored = found.get(id) ?? assert.fail(`${task.title} is lost`);
    // A change without an acknowledgement may have been stored or not.
    if (uncertain.has(id)) assert.equal(stored.title, task.title);
    else assert.deepEqual(stored, task);
  }
  assert.ok(found.size <= acknowledged.size + interrupted, 'no task was stored without a request');

  assert.equal((await adaAfter.post('/api/tasks', { title: 'After the crash' })).status, 201);
  const { email, password } = ada;
  assert.equal((await anonymous(restarted).post('/api/auth/signin', { email, password })).status, 200);
});
