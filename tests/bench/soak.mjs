// Ten minutes of mixed requests at a steady rate, as 200 people send them: whether anything fails, slows down, grows or is lost.
// Every acknowledged write is read back at the end.

import { Agent } from 'node:http';
import { join } from 'node:path';
import { circumstances } from './environment.mjs';
import { log, workFolder } from './harness.mjs';
import { isolateMemory } from './isolate-memory.mjs';
import { publish, toJson } from './report.mjs';
import { makeTemplate, setPasswords } from './seed.mjs';
import { renderSoak } from './soak-report.mjs';
import { SoakUser } from './soak-user.mjs';
import { quantile } from './statistics.mjs';
import { edgeAuth, startApart } from './subjects/edge-auth.mjs';

const USERS = 200;
const PER_SECOND = 300;
const MINUTE = 60_000;
const MINUTES = { whole: 10, quick: 1 };
/** How often each occurs in a hundred requests. */
const MIX = { signIn: 2, refresh: 2, create: 26, change: 10, read: 20, list: 40 };
const HUNDRED = Object.entries(MIX).flatMap(([kind, count]) => Array.from({ length: count }, () => kind));
const CONNECTIONS = 64;

export async function soak({ isQuick, out }) {
  const folder = join(workFolder(), 'soak');
  const bundle = await edgeAuth.bundle(`${folder}-bundle`);
  await makeTemplate(folder, { users: 10_000, tasks: 100_000, readerTasks: 50, isShared: false });
  setPasswords(folder, edgeAuth.passwords);
  const server = await startApart(bundle, folder);
  const { ports, stop } = await server.startInspected();
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  try {
    log(`Signing up ${USERS} users`);
    const users = [];
    for (let number = 0; number < USERS; number += 1) users.push(await SoakUser.signUp(number, { port: ports.default, agent }));
    const minutes = isQuick ? MINUTES.quick : MINUTES.whole;
    const sent = await send(users, () => isolateMemory(ports.inspector), minutes * MINUTE);
    log('Reading back every acknowledged write');
    let lost = 0;
    for (const user of users) lost += await user.countLost();
    const result = { ...circumstances(), users: USERS, perSecond: PER_SECOND, minutes, mix: MIX, lost, ...sent };
    publish(out, 'soak', { json: toJson(result), ...renderSoak(result) });
  } finally {
    agent.destroy();
    await stop();
    await server.stop();
  }
}

/** Sends each request when it is due, and counts its latency from that moment. */
async function send(users, readMemory, milliseconds) {
  const total = (milliseconds / 1000) * PER_SECOND;
  const kinds = Object.fromEntries(Object.keys(MIX).map((kind) => [kind, []]));
  const errors = new Map();
  const memories = [];
  const underway = new Set();
  let begin = performance.now();
  for (let number = 0; number < total; number += 1) {
    if (number % (PER_SECOND * 60) === 0) {
      // No request is due meanwhile: the collections stop the isolate.
      const pause = performance.now();
      await Promise.all(underway);
      memories.push(await readMemory());
      begin += performance.now() - pause;
      log(`Minute ${memories.length}: ${memories.at(-1).toFixed(1)} MiB, ${errors.size} kinds of errors`);
    }
    const due = begin + (number * 1000) / PER_SECOND;
    const early = due - performance.now();
    if (early > 0) await new Promise((resume) => setTimeout(resume, early));
    // 37 and 100 have no common factor, so that a hundred requests are the whole mix, not in blocks of one kind.
    const kind = HUNDRED[(number * 37) % HUNDRED.length];
    const request = users[Math.floor(Math.random() * users.length)].send(kind)
      .then(() => kinds[kind].push(performance.now() - due), (error) => errors.set(error.message, (errors.get(error.message) ?? 0) + 1))
      .finally(() => underway.delete(request));
    underway.add(request);
  }
  await Promise.all(underway);
  memories.push(await readMemory());
  const latencies = Object.fromEntries(Object.entries(kinds).map(([kind, times]) => [kind, summarize(times)]));
  return { latencies: { ...latencies, all: summarize(Object.values(kinds).flat()) }, errors: Object.fromEntries(errors), memories };
}

function summarize(times) {
  const sorted = times.sort((one, other) => one - other);
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), most: sorted.at(-1) };
}
