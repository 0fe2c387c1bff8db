// Where the time of a request goes: perf samples the stacks of the server's process while a load is on it, and the innermost
// frame that tells decides for each sample whose time it was. It explains the comparison, and judges nothing.

import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from '../../scripts/shared.mjs';
import { SIZE, bringUp, put, tell, workFolder } from './arena.mjs';
import { edgeAuth } from './contestants/edge-auth.mjs';
import { floor } from './contestants/floor.mjs';
import { hono } from './contestants/hono.mjs';
import { machine, versions } from './environment.mjs';
import { ROWS } from './options.mjs';
import { heading, table, write } from './report.mjs';

/** Who is compared in the row. */
const PROFILED = { hello: [edgeAuth, hono], verify: [edgeAuth, hono], list: [edgeAuth, hono, floor], create: [edgeAuth, hono] };
const CONNECTIONS = 8;

/** The first whose pattern a frame has. */
const OWNERS = {
  'garbage collection': /Heap::CollectGarbage/,
  'D1 behind its binding, SQLite': /sqlite3|SqliteDatabase|SqlStorage|database\.worker|entry\.worker|miniflare:/,
  'D1\'s binding': /cloudflare-internal:d1-api/,
  'the worker\'s own code': /file:\/\/\/bundle\/|wasm-function|js-to-wasm/,
};
const RUNTIME = 'the runtime: sockets, HTTP, promises';

export async function profile(options) {
  if (spawnSync('perf', ['--version']).status !== 0) {
    throw new Failure('perf is not on PATH: on Debian or Ubuntu `sudo apt-get install linux-perf` or `linux-tools-generic`; Linux alone has it');
  }
  // Read by Miniflare: V8 then names its code for perf.
  process.env.MINIFLARE_WORKERD_V8_FLAGS = '--perf-basic-prof';
  const folder = workFolder();
  const contestants = [];
  const profiles = [];
  try {
    await bringUp([edgeAuth, hono, floor], contestants, { folder, size: SIZE });
    for (const row of options.rows.filter((one) => one in PROFILED)) {
      for (const contestant of contestants.filter(({ id }) => PROFILED[row].some((one) => one.id === id))) {
        tell(`Profiling: ${row}, ${contestant.label}`);
        profiles.push({ row, label: contestant.label, ...await sample(contestant, row, join(folder, 'perf.data'), options) });
      }
    }
  } finally {
    for (const { server } of contestants) {
      await server.stop();
      rmSync(`/tmp/perf-${server.pid}.map`, { force: true });
    }
  }
  report(profiles, options);
}

/** Microseconds of a request by owner. */
async function sample(contestant, row, file, { milliseconds }) {
  await put(contestant, row, { connections: CONNECTIONS, milliseconds });
  const perf = spawn('perf', ['record', '-F', '1999', '-g', '-p', String(contestant.server.pid), '-o', file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => perf.on('exit', resolve));
  const { cpu } = await put(contestant, row, { connections: CONNECTIONS, milliseconds: milliseconds * 4 });
  perf.kill('SIGINT');
  await ended;
  const samples = await countByOwner(file);
  const total = Object.values(samples).reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new Failure('perf took no samples: see `sysctl kernel.perf_event_paranoid`, which must be 1 or less but for root');
  return { total: cpu, owners: Object.fromEntries(Object.entries(samples).map(([owner, count]) => [owner, (count / total) * cpu])) };
}

/** perf prints a sample as a line, its frames from the innermost on as indented lines, and an empty line. */
async function countByOwner(file) {
  const script = spawn('perf', ['script', '-i', file, '-F', 'comm,ip,sym'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const samples = {};
  let owner;
  let hasFrames = false;
  for await (const line of createInterface({ input: script.stdout })) {
    if (line !== '') {
      hasFrames ||= line.startsWith('\t');
      owner ??= Object.keys(OWNERS).find((name) => OWNERS[name].test(line));
      continue;
    }
    if (hasFrames) samples[owner ?? RUNTIME] = (samples[owner ?? RUNTIME] ?? 0) + 1;
    owner = undefined;
    hasFrames = false;
  }
  return samples;
}

function report(profiles, { out }) {
  const owners = [...Object.keys(OWNERS), RUNTIME].reverse();
  const lines = profiles.map(({ row, label, owners: of, total }) => [
    `${ROWS[row]}: ${label}`, ...owners.map((owner) => (of[owner] ?? 0).toFixed(0)), total.toFixed(0),
  ]);
  const about = { date: new Date().toISOString(), machine: machine(), versions: versions(), size: SIZE };
  const text = [
    heading(about, 'Profile'),
    `Microseconds of the server's CPU for a request at ${CONNECTIONS} connections, by whose code it was. Sampling itself makes each dearer by a tenth.\n`,
    table(['', ...owners, 'together'], lines),
  ].join('\n');
  console.log(`\n${text}`);
  write(out, 'profile', { md: text, json: JSON.stringify({ ...about, profiles }, null, 1) });
}
