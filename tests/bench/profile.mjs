// Shows where the time of a request goes: perf samples the stacks of the Worker's process under load, and the innermost frame
// that matches an owner decides to whom a sample counts. It explains the comparison, and has no targets.

import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from '../../scripts/shared.mjs';
import { circumstances } from './environment.mjs';
import { SIZE, applyLoad, log, startSubjects, workFolder } from './harness.mjs';
import { OWNERS, PROFILE_CONNECTIONS, RUNTIME, renderProfile } from './profile-report.mjs';
import { publish, toJson } from './report.mjs';
import { v8Flags } from './server.mjs';
import { baseline } from './subjects/baseline.mjs';
import { edgeAuth } from './subjects/edge-auth.mjs';
import { hono } from './subjects/hono.mjs';
import { startedPids } from './workerd.mjs';

/** The subjects that are compared in each row. */
const PROFILED = { hello: [edgeAuth, hono], verify: [edgeAuth, hono], list: [edgeAuth, hono, baseline], create: [edgeAuth, hono] };

/** 1,999 samples a second with call graphs; perf's cache of build ids in the home folder stays as it is. */
const PERF_OPTIONS = ['-F', '1999', '-g', '--no-buildid-cache'];

export async function profile(options) {
  if (spawnSync('perf', ['--version']).status !== 0) {
    throw new Failure('perf is not on PATH: on Debian or Ubuntu `sudo apt-get install linux-perf` or `linux-tools-generic`; it exists on Linux only');
  }
  const folder = workFolder();
  process.on('exit', removeMaps);
  v8Flags.push(...perfFlags(folder));
  const subjects = [];
  const profiles = [];
  try {
    await startSubjects([edgeAuth, hono, baseline], subjects, { folder, size: SIZE });
    for (const row of options.rows.filter((one) => one in PROFILED)) {
      for (const subject of subjects.filter(({ id }) => PROFILED[row].some((one) => one.id === id))) {
        log(`Profiling: ${row}, ${subject.label}`);
        profiles.push({ row, label: subject.label, ...await sample(subject, row, join(folder, 'perf.data'), options) });
      }
    }
  } finally {
    for (const { server } of subjects) await server.stop();
  }
  const result = { ...circumstances(), size: SIZE, profiles };
  publish(options.out, 'profile', { json: toJson(result), ...renderProfile(result) });
}

/**
 * V8 writes the names of compiled functions into /tmp/perf-PID.map for perf. The same flag turns on V8's log, by default a file
 * for each isolate in the working directory: this one goes into the run's temporary folder.
 */
const perfFlags = (folder) => ['--perf-basic-prof', '--no-logfile-per-isolate', `--logfile=${join(folder, 'v8.log')}`];

/** On exit, so that an interrupted run removes them as well. perf reads these files from /tmp only. */
function removeMaps() {
  for (const pid of startedPids) rmSync(`/tmp/perf-${pid}.map`, { force: true });
}

/** Microseconds of a request by owner. */
async function sample(subject, row, file, { milliseconds }) {
  await applyLoad(subject, row, { connections: PROFILE_CONNECTIONS, milliseconds });
  const perf = spawn('perf', ['record', ...PERF_OPTIONS, '-p', String(subject.server.pid), '-o', file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => perf.on('exit', resolve));
  const { billable } = await applyLoad(subject, row, { connections: PROFILE_CONNECTIONS, milliseconds: milliseconds * 4 });
  perf.kill('SIGINT');
  await ended;
  const samples = await countByOwner(file);
  const total = Object.values(samples).reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new Failure('perf took no samples: see `sysctl kernel.perf_event_paranoid`, which must be 1 or less but for root');
  return { total: billable, owners: Object.fromEntries(Object.entries(samples).map(([owner, count]) => [owner, (count / total) * billable])) };
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
