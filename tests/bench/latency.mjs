// What a user waits for when storage is far away: 25 ms pass before each call of D1 or of a Durable Object, for every subject.
// One request after another, in rounds as in the comparison, each timed from its first byte to the last of its response.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOf } from './bundle.mjs';
import { READER, taskId, userId, WRITER } from './data.mjs';
import { circumstances } from './environment.mjs';
import { log, SIZE, startSubjects, variants, workFolder } from './harness.mjs';
import { renderLatency } from './latency-report.mjs';
import { sendOnce } from './load.mjs';
import { publish, toJson } from './report.mjs';
import { startServer } from './server.mjs';
import { summary } from './statistics.mjs';
import { betterAuth } from './subjects/better-auth.mjs';
import { edgeAuth } from './subjects/edge-auth.mjs';
import { hono } from './subjects/hono.mjs';
import { signIn } from './subjects/routes.mjs';

const ROWS = ['list', 'create', 'refresh', 'signin'];
const main = (name) => join(import.meta.dirname, 'workers', name);

const oneQuery = {
  id: 'one-query',
  label: 'one D1 query',
  passwords: 'argon2id',
  bundle: (folder) => bundleOf(main('one-query.mjs'), folder),
  start: ({ modules }, storage) => startServer({ modules, bindings: { READER: userId(READER.number), TASK: taskId(0) }, storage }),
  requests: () => ({ query: { path: '/', check: () => {} } }),
};

export async function measureLatency(options) {
  const subjects = [];
  try {
    await startSubjects([oneQuery, edgeAuth, hono, betterAuth].map(delayed), subjects, { folder: workFolder(), size: SIZE });
    for (const subject of subjects) await prepare(subject);
    const measured = subjects.map(({ id, label }) => ({ id, label, rounds: [] }));
    // The first round warms up.
    for (let round = -1; round < options.rounds; round += 1) {
      log(round < 0 ? 'Warming up' : `Round ${round + 1} of ${options.rounds}`);
      for (let turn = 0; turn < subjects.length; turn += 1) {
        const index = (turn + round + 1) % subjects.length;
        const result = await measure(subjects[index], options);
        if (round >= 0) measured[index].rounds.push(result);
      }
    }
    const result = { ...circumstances(), rounds: options.rounds, size: SIZE, subjects: measured };
    publish(options.out, 'latency', { json: toJson(result), ...renderLatency(result) });
  } finally {
    for (const { server } of subjects) await server.stop();
  }
}

/** The subject behind the module that delays its storage. */
function delayed(subject) {
  const wrapper = readFileSync(main('delayed.mjs'), 'utf8');
  const wrap = ([{ name, ...code }, ...others]) => [{ name, contents: wrapper }, { name: 'undelayed.js', ...code }, ...others];
  return { ...subject, start: (bundle, ...rest) => subject.start({ ...bundle, modules: wrap(bundle.modules) }, ...rest) };
}

/** A refresh token is good once, so that request differs each time. */
async function prepare({ id, server, requests }) {
  if (id !== edgeAuth.id) return;
  let token = (await signIn(server.port, WRITER)).body.refresh_token;
  requests.refresh = {
    method: 'POST',
    path: '/api/auth/refresh',
    get json() {
      return { refresh_token: token };
    },
    check: ({ body }) => {
      token = body.refresh_token;
    },
  };
}

const nth = (all, count) => all[count % all.length];

/** The median of each row, in milliseconds. */
async function measure({ label, server, requests }, { isQuick }) {
  const medians = {};
  for (const row of Object.keys(requests).filter((one) => ROWS.includes(one) || one === 'query')) {
    const times = [];
    for (let count = 0; count < (isQuick ? 5 : 20); count += 1) {
      const { number, ...request } = nth(variants(requests[row]), count);
      const begin = performance.now();
      const response = await sendOnce({ port: server.port, ...request });
      times.push(performance.now() - begin);
      if (response.status !== (requests[row].status ?? 200)) throw new Error(`${label}, ${row}: ${response.status}: ${response.text}`);
      requests[row].check(response, number);
    }
    medians[row] = summary(times).median;
  }
  return medians;
}
