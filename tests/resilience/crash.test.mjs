// Whoever got a response to a write may rely on it: nothing acknowledged is lost when the runtime is killed amid many writes.

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

test('After SIGKILL in the middle of writes, every task is there as it was last acknowledged', async (t) => {
  const state = await mkdtemp(join(tmpdir(), 'edge-auth-crash-'));
  let doomed, revived;
  t.after(async () => {
    await doomed?.stop();
    await revived?.stop();
    await rm(state, { recursive: true, force: true, maxRetries: 10 });
  });
  doomed = await startWorker({ state });
  const ada = await signUp(doomed);
  const acknowledged = new Map();
  const uncertain = new Set();
  let writes = 0;
  let interrupted = 0;
  let killed;

  async function write(send) {
    const response = await send();
    assert.ok(response.status === 200 || response.status === 201, JSON.stringify(response.body));
    writes += 1;
    if (writes === WRITES_BEFORE_THE_CRASH) killed = doomed.kill();
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
  t.diagnostic(`${writes} writes were acknowledged, ${interrupted} were under way`);
  assert.ok(interrupted > 0, 'it was in the middle of writes');

  revived = await startWorker({ state, vars: { JWT_SECRET: doomed.secret } });
  const adaAgain = new Caller(revived, ada.accessToken);
  const found = new Map((await readPages(adaAgain, '/api/tasks?limit=500')).flat().map((task) => [task.id, task]));
  for (const [id, task] of acknowledged) {
    const kept = found.get(id) ?? assert.fail(`${task.title} is lost`);
    // A change that nobody acknowledged may have been made or not.
    if (uncertain.has(id)) assert.equal(kept.title, task.title);
    else assert.deepEqual(kept, task);
  }
  assert.ok(found.size <= acknowledged.size + interrupted, 'nothing is there that nobody asked for');

  assert.equal((await adaAgain.post('/api/tasks', { title: 'Life goes on' })).status, 201);
  const { email, password } = ada;
  assert.equal((await anonymous(revived).post('/api/auth/signin', { email, password })).status, 200);
});
