// OAuth2 client libraries against the built Worker, each used as its documentation shows. Each signs in, refreshes, tries a wrong
// password and revokes; what it reports must be what the service did.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { installOAuthPackages } from '../../scripts/oauth-clients.mjs';
import { signUp } from '../support/caller.mjs';
import { useWorker } from '../support/use-worker.mjs';

const worker = useWorker();
const programs = join(import.meta.dirname, 'programs');

const EXPECTED = { signedIn: [200, 200], wrong: 'invalid_grant', revoked: 401, afterRevocation: 'invalid_grant' };

/** What a program gets: a new account, so that each has sign-in attempts of its own. */
async function account() {
  const { email, password } = await signUp(worker);
  return { origin: worker.url, username: email, password, wrongPassword: `${password}!` };
}

async function listTasks(token) {
  const { status } = await fetch(`${worker.url}/api/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  return status;
}

async function runPython(program, input) {
  const { python, env } = await installOAuthPackages();
  const child = spawn(python, [join(programs, program)], {
    // oauthlib insists on https otherwise.
    env: { ...env, OAUTHLIB_INSECURE_TRANSPORT: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(input));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  assert.equal(code, 0, `${program} failed`);
  return JSON.parse(output);
}

for (const name of ['oauth4webapi', 'simple-oauth2']) {
  test(`${name} signs in, refreshes, reports a wrong password and revokes`, async () => {
    const { use } = await import(join(programs, `use-${name}.mjs`));
    assert.deepEqual(await use({ ...await account(), listTasks }), EXPECTED);
  });
}

for (const [name, program] of [['authlib', 'use_authlib.py'], ['requests-oauthlib', 'use_requests_oauthlib.py']]) {
  test(`${name} signs in, refreshes, reports a wrong password and revokes`, { timeout: 120_000 }, async () => {
    assert.deepEqual(await runPython(program, await account()), EXPECTED);
  });
}
