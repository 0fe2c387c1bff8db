// Set-up keeps the secrets that a developer has. What wrangler would read is asked of wrangler itself.

import assert from 'node:assert/strict';
import { parse } from 'dotenv';
import { join } from 'node:path';
import { test } from 'node:test';
import { unstable_getVarsForDev } from 'wrangler';
import { copyProject } from '../tests/support/project-copy.mjs';
import { planSecrets } from './local-secrets.mjs';

const mine = 'a-secret-of-my-own-with-32-bytes-and-more';
const other = 'another-secret-of-mine-that-has-32-bytes';

/** Runs set-up on these files; returns what it printed, the files afterwards, and the variables that `wrangler dev` reads. */
function setUpWith(context, files, env) {
  const copy = copyProject();
  context.after(copy.remove);
  for (const [name, text] of Object.entries(files)) copy.write(name, text);
  const { status, output } = copy.run('setup', [], env);
  const found = unstable_getVarsForDev(join(copy.folder, 'wrangler.toml'), undefined, {}, undefined, true);
  const vars = Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]));
  return { status, output, read: copy.read, vars };
}

const random = /^[A-Za-z0-9_-]{43}$/;
const local = 'EMAIL_FROM=me@example.com\nAPP_URL=http://localhost:4000\nTRUSTED_ISSUERS=[]\n';

test('Without any file, both secrets are written into .dev.vars', (context) => {
  const { output, vars } = setUpWith(context, {});
  assert.match(vars.JWT_SECRET, random);
  assert.match(vars.BETTER_AUTH_SECRET, random);
  assert.notEqual(vars.JWT_SECRET, vars.BETTER_AUTH_SECRET);
  assert.match(output, /Wrote a random JWT_SECRET and a random BETTER_AUTH_SECRET into \.dev\.vars/);
});

test('The local settings of email are written, unless they are there', (context) => {
  const { output, vars } = setUpWith(context, { '.dev.vars': 'APP_URL=http://localhost:4000' });
  assert.equal(vars.EMAIL_FROM, 'edge-auth@example.com');
  assert.equal(vars.APP_URL, 'http://localhost:4000');
  assert.match(output, /Wrote EMAIL_FROM into \.dev\.vars: `wrangler dev` sends no email/);
});

test('The example at its usual address is trusted, unless issuers are set', (context) => {
  const { output, vars } = setUpWith(context, {});
  const url = 'http://localhost:3000';
  assert.deepEqual(JSON.parse(vars.TRUSTED_ISSUERS), [{ issuer: url, jwks_url: `${url}/api/auth/jwks`, audience: url }]);
  assert.match(output, /Wrote TRUSTED_ISSUERS into \.dev\.vars/);

  assert.equal(setUpWith(context, { '.dev.vars': 'TRUSTED_ISSUERS=[]' }).vars.TRUSTED_ISSUERS, '[]');
  const toml = "[vars]\nTRUSTED_ISSUERS = '[]'\n";
  const plan = planSecrets({ read: (name) => ({ 'wrangler.toml': toml })[name], parse, processEnv: {} });
  assert.doesNotMatch(plan.lines, /TRUSTED_ISSUERS/);
});

test('A secret in .env or .env.local stays the one that counts, and no .dev.vars hides it', (context) => {
  for (const file of ['.env', '.env.local']) {
    const { read, output, vars } = setUpWith(context, { [file]: `JWT_SECRET=${mine}\nALLOWED_ORIGINS=https://a.example` });
    assert.equal(read('.dev.vars'), undefined);
    assert.equal(vars.JWT_SECRET, mine);
    assert.equal(vars.ALLOWED_ORIGINS, 'https://a.example');
    assert.match(vars.BETTER_AUTH_SECRET, random);
    assert.match(output, new RegExp(`Wrote a random BETTER_AUTH_SECRET into ${file},`));
  }
});

test('Settings in an .env without secrets still count', (context) => {
  const { read, vars } = setUpWith(context, { '.env': 'ALLOWED_ORIGINS=https://a.example\n' });
  assert.equal(read('.dev.vars'), undefined);
  assert.equal(vars.ALLOWED_ORIGINS, 'https://a.example');
  assert.match(vars.JWT_SECRET, random);
});

test('Beside a .dev.vars, what it lacks is copied out of .env, which wrangler does not read then', (context) => {
  const { output, vars } = setUpWith(context, { '.dev.vars': 'ALLOWED_ORIGINS=https://a.example', '.env': `JWT_SECRET="${mine} #1"` });
  assert.equal(vars.JWT_SECRET, `${mine} #1`);
  assert.equal(vars.ALLOWED_ORIGINS, 'https://a.example');
  assert.match(vars.BETTER_AUTH_SECRET, random);
  assert.match(output, /Copied JWT_SECRET from \.env into \.dev\.vars/);
});

test('A value that cannot be copied as it is stops set-up, and nothing is written', (context) => {
  for (const value of ['"$HOME-with-32-bytes-and-some-more-of-them"', '"it\'s a quote in 32 bytes, and # a sign"']) {
    const { status, output, read } = setUpWith(context, { '.dev.vars': 'A=b\n', '.env': `JWT_SECRET=${value}` });
    assert.equal(status, 1);
    assert.match(output, /JWT_SECRET cannot be added to \.dev\.vars/);
    assert.equal(read('.dev.vars'), 'A=b\n');
  }
});

test('A secret of .env that is not read since .dev.vars has another one is reported', (context) => {
  const before = `JWT_SECRET=${mine}\nBETTER_AUTH_SECRET=${other}\n${local}`;
  const { output, read } = setUpWith(context, { '.dev.vars': before, '.env': `JWT_SECRET=${other}` });
  assert.equal(read('.dev.vars'), before);
  assert.match(output, /JWT_SECRET of \.env is not used: wrangler reads \.dev\.vars/);
  assert.doesNotMatch(output, /BETTER_AUTH_SECRET of/);
});

test('Secrets are recognised in whatever way they are written', (context) => {
  const spellings = [`JWT_SECRET=${mine}`, `export JWT_SECRET = '${mine}' # mine`, `# first\r\nJWT_SECRET="${mine}"\r\n`, `  JWT_SECRET: ${mine}`, `A="b\nc"\nJWT_SECRET=\`${mine}\``];
  for (const text of spellings) {
    const { output, vars } = setUpWith(context, { '.dev.vars': `${text}\nBETTER_AUTH_SECRET=${other}\n${local}` });
    assert.equal(vars.JWT_SECRET, mine, text);
    assert.equal(vars.BETTER_AUTH_SECRET, other);
    assert.doesNotMatch(output, /Wrote/);
  }
});

test('--env and wrangler\'s settings choose the file', () => {
  const plan = (files, more) => planSecrets({ read: (name) => files[name], parse, processEnv: {}, ...more });
  const both = `JWT_SECRET=${mine}\nBETTER_AUTH_SECRET=${other}\n${local}`;
  assert.equal(plan({ '.dev.vars': both, '.dev.vars.staging': '' }, { env: 'staging' }).file, '.dev.vars.staging');
  assert.equal(plan({ '.dev.vars': both }, { env: 'staging' }).lines, '');
  assert.equal(plan({ '.env.staging': both }, { env: 'staging' }).lines, '');
  assert.equal(plan({ '.env.staging': both }).file, '.dev.vars');
  assert.equal(plan({ '.env': both }, { processEnv: { CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: 'false' } }).file, '.dev.vars');
  const inProcess = { CLOUDFLARE_INCLUDE_PROCESS_ENV: 'true', ...parse(both) };
  assert.equal(plan({}, { processEnv: inProcess }).lines, '');
  assert.equal(plan({ '.env': 'CLOUDFLARE_INCLUDE_PROCESS_ENV=true' }, { processEnv: parse(both) }).lines, '');
  // A secret of the process that wrangler does not read is not one of the Worker's.
  assert.equal(plan({}, { processEnv: parse(both) }).file, '.dev.vars');
});
