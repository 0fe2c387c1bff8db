// Sends thousands of requests that schemathesis generates from the OpenAPI document, valid and invalid, single and in sequences, and
// validates every response against the document.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installSchemathesis } from '../../scripts/install/python.mjs';
import { anonymous, randomEmail, signUp } from '../support/caller.mjs';
import { openDatabase } from '../support/database.mjs';
import { linkTo } from '../support/mailbox.mjs';
import { openapiPaths } from '../support/openapi.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { rawConfig, startWorker } from '../support/worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const leastCases = 2000;
/** Fixed, so that a failure is reproducible everywhere; another seed generates other requests. */
const seed = process.env.FUZZ_SEED ?? '1';
const betterAuthSecret = randomBytes(32).toString('base64url');

const { program, env } = await installSchemathesis();
const worker = await startWorker({
  vars: {
    BETTER_AUTH_SECRET: betterAuthSecret, ARGON2_MEMORY_KIB: '7168', ARGON2_ITERATIONS: '5',
    EMAIL_FROM: 'Edge Tasks <accounts@example.com>', APP_URL: 'https://app.example.com',
  },
  // All requests come from one address and most have the same token, so the rate limits would reject most of them.
  config: { ratelimits: rawConfig.ratelimits.map((binding) => ({ ...binding, simple: { ...binding.simple, limit: 1_000_000 } })) },
});
const user = await signUp(worker);
const administrator = await signUp(worker);
/** Administrators change and delete these two, so that the others keep their sessions. */
const [managed, deleted] = [await signUp(worker), await signUp(worker)];
const database = await openDatabase(worker);
await database.prepare("UPDATE users SET role = 'admin' WHERE id = ?1").bind(administrator.userId).run();
await database.close();

const taskCursor = await cursorOf(user, '/api/tasks?limit=1', () => user.post('/api/tasks', { title: 'On the first page' }));
const tokens = await linkTokens();
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
  // schemathesis writes files into its working directory.
  cwd: join(project, 'target'),
  env: {
    ...env,
    USER_ID: user.userId,
    USER_TOKEN: user.token,
    ADMIN_TOKEN: administrator.token,
    BETTER_AUTH_TOKEN: signToken({ sub: 'b'.repeat(32), exp: now() + 3600 }, { secret: betterAuthSecret }),
    TASK_CURSOR: taskCursor,
    USER_CURSOR: userCursor,
    MANAGED_USER_ID: managed.userId,
    DELETED_USER_ID: deleted.userId,
    ...tokens,
  },
});
await worker.stop();
if (exitCode !== 0) fail(`schemathesis ended with ${exitCode}: its findings, with a command to repeat each request, are above`);

const responses = readResponses(report);
if (responses.length < leastCases) fail(`Only ${responses.length} of ${leastCases} requests were made: raise max-examples in tests/fuzz/schemathesis.toml`);
// schemathesis fetches the document itself, but does not test it as an operation.
for (const [path, methods] of openapiPaths().filter(([path]) => path !== '/openapi.json')) {
  // 404 counts as accepted, since an earlier request may have deleted the task.
  const isAccepted = (method) => ({ operation, status }) => operation === `${method} ${path}` && (status < 300 || status === 404);
  const rejected = methods.find((method) => method !== 'HEAD' && !responses.some(isAccepted(method)));
  if (rejected) fail(`${rejected} ${path} accepted no request: see the tokens and values in tests/fuzz`);
}
console.log(`${responses.length} requests, and every response as documented`);

function fail(message) {
  console.error(`\n✘ ${message}`);
  process.exit(1);
}

/** The cursor in the Link header of the first of at least two pages. */
async function cursorOf(caller, path, makeMore = () => {}) {
  for (let n = 0; n < 2; n++) await makeMore();
  const { headers } = await caller.get(path);
  return new URLSearchParams(/\?([^>]+)>/.exec(headers.get('Link'))[1]).get('after');
}

/** A token from an email for each route that accepts one. Those of the reset and of the change work once, for a user of their own. */
async function linkTokens() {
  const [forgetful, moving] = [await signUp(worker), await signUp(worker)];
  const address = randomEmail();
  await user.post('/api/auth/email/verification');
  await anonymous(worker).post('/api/auth/password/forgot', { email: forgetful.email });
  await moving.post('/api/auth/email', { email: address, password: moving.password });
  const token = async (path, email) => new URL(await linkTo(path, worker, email)).searchParams.get('token');
  return {
    VERIFICATION_TOKEN: await token('/verify-email', user.email),
    RESET_TOKEN: await token('/reset-password', forgetful.email),
    CHANGE_TOKEN: await token('/confirm-email', address),
  };
}

/** The operation and the status of every response that the report holds. */
function readResponses(file) {
  const scenarios = readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('{"ScenarioFinished"'));
  return scenarios.flatMap((line) => {
    const { cases, interactions } = JSON.parse(line).ScenarioFinished.recorder;
    // A scenario that does not apply has no interactions.
    return Object.entries(interactions ?? {}).map(([id, { response }]) => {
      const { method, path } = cases[id].value;
      return { operation: `${method} ${path}`, status: response?.status_code };
    });
  });
}
