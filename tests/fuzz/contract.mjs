// Calls the service with thousands of requests that schemathesis makes up from the OpenAPI description, good ones and bad ones,
// alone and in sequences, and holds every response against the description.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installSchemathesis } from '../../scripts/install/python.mjs';
import { signUp } from '../support/caller.mjs';
import { openDatabase } from '../support/database.mjs';
import { openapiPaths } from '../support/openapi.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { rawConfig, startWorker } from '../support/worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const leastCases = 2000;
/** The same for everybody, so that a failure in one place is one in the other; another seed finds other things. */
const seed = process.env.FUZZ_SEED ?? '1';
const betterAuthSecret = randomBytes(32).toString('base64url');

const { program, env } = await installSchemathesis();
const worker = await startWorker({
  vars: { BETTER_AUTH_SECRET: betterAuthSecret, ARGON2_MEMORY_KIB: '7168', ARGON2_ITERATIONS: '5' },
  // All requests come from one address and most bear one token: the rate limits would reject most of them.
  config: { ratelimits: rawConfig.ratelimits.map((shield) => ({ ...shield, simple: { ...shield.simple, limit: 1_000_000 } })) },
});
const user = await signUp(worker);
const administrator = await signUp(worker);
const database = await openDatabase(worker);
await database.prepare("UPDATE users SET role = 'admin' WHERE id = ?1").bind(administrator.userId).run();
await database.close();

const taskCursor = await cursorOf(user, '/api/tasks?limit=1', () => user.post('/api/tasks', { title: 'On the first page' }));
const userCursor = await cursorOf(administrator, '/api/admin/users?limit=1');

const report = join(project, 'target', 'fuzz.ndjson');
rmSync(report, { force: true });
console.log(`Seed ${seed}; FUZZ_SEED chooses another`);
const { status: exitCode } = spawnSync(program, [
  '--config-file', join(import.meta.dirname, 'schemathesis.toml'),
  'run', `${worker.url}/openapi.json`, '--checks', 'all', '--phases', 'examples,coverage,fuzzing,stateful', '--mode', 'all',
  '--seed', seed, '--continue-on-failure', '--report-ndjson-path', report,
], {
  stdio: 'inherit',
  // Where it may leave files of its own.
  cwd: join(project, 'target'),
  env: {
    ...env,
    USER_ID: user.userId,
    USER_TOKEN: user.token,
    ADMIN_TOKEN: administrator.token,
    BETTER_AUTH_TOKEN: signToken({ sub: 'b'.repeat(32), exp: now() + 3600 }, { secret: betterAuthSecret }),
    TASK_CURSOR: taskCursor,
    USER_CURSOR: userCursor,
  },
});
await worker.stop();
if (exitCode !== 0) fail(`schemathesis ended with ${exitCode}: what it found, and how to send that request again, is told above`);

const responses = readResponses(report);
if (responses.length < leastCases) fail(`Only ${responses.length} of ${leastCases} requests were made: raise max-examples in tests/fuzz/schemathesis.toml`);
// The description itself schemathesis fetches, and takes for no operation.
for (const [path, methods] of openapiPaths().filter(([path]) => path !== '/openapi.json')) {
  // A task that somebody deleted before is no failure to get in.
  const isLetIn = (method) => ({ operation, status }) => operation === `${method} ${path}` && (status < 300 || status === 404);
  const closed = methods.find((method) => method !== 'HEAD' && !responses.some(isLetIn(method)));
  if (closed) fail(`${closed} ${path} let nobody in: see the tokens and values that tests/fuzz gives it`);
}
console.log(`${responses.length} requests, and every response as described`);

function fail(message) {
  console.error(`\n✘ ${message}`);
  process.exit(1);
}

/** Where the first of at least two pages ends. */
async function cursorOf(caller, path, makeMore = () => {}) {
  for (let n = 0; n < 2; n++) await makeMore();
  const { headers } = await caller.get(path);
  return new URLSearchParams(/\?([^>]+)>/.exec(headers.get('Link'))[1]).get('after');
}

/** The operation and the status of every response that the report holds. */
function readResponses(file) {
  const scenarios = readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('{"ScenarioFinished"'));
  return scenarios.flatMap((line) => {
    const { cases, interactions } = JSON.parse(line).ScenarioFinished.recorder;
    // A scenario that does not apply is told without any.
    return Object.entries(interactions ?? {}).map(([id, { response }]) => {
      const { method, path } = cases[id].value;
      return { operation: `${method} ${path}`, status: response?.status_code };
    });
  });
}
