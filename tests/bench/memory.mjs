// What a subject's Worker keeps in memory: a process of its own gets the same number of requests of each kind as the others do.

import { applyLoad, log } from './harness.mjs';
import { isolateMemory } from './isolate-memory.mjs';

const REQUESTS = 1000;
const SIGN_INS = 8;
const ROWS = ['verify', 'task', 'list', 'create'];

/** MiB after the `load`, and after sign-ins as well. Undefined for a subject that is not a Worker or does not serve every kind of request. */
export async function measureMemory({ label, server, requests }) {
  if (!server.startInspected || !ROWS.every((row) => row in requests)) return undefined;
  log(`Memory: ${label}`);
  const { pid, ports, stop } = await server.startInspected();
  const subject = { server: { pid, port: ports.default }, requests };
  try {
    for (const row of ROWS) await applyLoad(subject, row, { connections: 32, milliseconds: 0, atLeast: REQUESTS });
    const load = await isolateMemory(ports.inspector);
    if (!requests.signin) return { load };
    await applyLoad(subject, 'signin', { connections: 1, milliseconds: 0, atLeast: SIGN_INS });
    return { load, signin: await isolateMemory(ports.inspector) };
  } finally {
    await stop();
  }
}
