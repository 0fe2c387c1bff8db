// Hooks that most test files share: they start what the tests of a file, or of one `describe` block, need, and stop it after them.

import { after, before } from 'node:test';
import { openDatabase } from './database.mjs';
import { startWorker } from './worker.mjs';

/**
 * A worker whose members are set before the first test runs. `options` are those of startWorker, or an async function that
 * returns them. `setUp` runs once the worker is ready: node starts all `before` hooks of a file at once, so a second hook
 * could not rely on the worker. `restart(options)` kills the worker and starts another one on the same storage.
 */
export function useWorker(options, setUp = () => {}) {
  const started = [setUp];
  const stopping = [];
  const worker = {
    onStart: (work) => started.push(work),
    onStop: (work) => stopping.push(work),
    async restart(others) {
      await worker.kill();
      Object.assign(worker, await startWorker({ state: worker.state, ...others }));
    },
  };
  before(async () => {
    Object.assign(worker, await startWorker(typeof options === 'function' ? await options() : options));
    for (const work of started) await work();
  });
  after(async () => {
    for (const work of stopping) await work();
    await worker.stop?.();
  });
  return worker;
}

/** The database of a worker of `useWorker`. It closes before the worker stops, since stopping removes the storage. */
export function useDatabase(worker) {
  const database = {};
  worker.onStart(async () => {
    Object.assign(database, await openDatabase(worker));
    worker.onStop(database.close);
  });
  return database;
}

/** Starts a worker for `work` alone and stops it afterwards, whether `work` succeeds or not. */
export async function withWorker(options, work) {
  const worker = await startWorker(options);
  try {
    await work(worker);
  } finally {
    await worker.stop();
  }
}
