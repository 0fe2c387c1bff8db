// Decides where set-up writes the local secrets and the local settings of email and of the example. `wrangler dev` reads .dev.vars and then no .env at all; without a .dev.vars it
// reads .env and .env.local. So missing secrets are added to the file that wrangler reads: a new .dev.vars would hide an .env.

import { randomBytes } from 'node:crypto';
import { Failure } from './shared.mjs';

/** The Worker's own secret, and one that it shares with a Better Auth frontend such as examples/nextjs. */
const secrets = ['JWT_SECRET', 'BETTER_AUTH_SECRET'];
/** With these `wrangler dev` simulates email, with links to the example's pages. */
const emailSettings = { EMAIL_FROM: 'edge-auth@example.com', APP_URL: 'http://localhost:3000' };
/** Trusts the mode `better-auth` of examples/nextjs at its usual address. */
const example = 'http://localhost:3000';
const issuers = JSON.stringify([{ issuer: example, jwks_url: `${example}/api/auth/jwks`, audience: example }]);
const localSettings = { ...emailSettings, TRUSTED_ISSUERS: issuers };

/**
 * What set-up has to do: `{ file, lines, messages }`. `read` returns a file's text or undefined, `parse` is dotenv's, `env` is
 * wrangler's option --env, which alone selects further files: CLOUDFLARE_ENV does not.
 */
export function planSecrets({ read, parse, env, processEnv = process.env }) {
  const devVars = [...(env ? [`.dev.vars.${env}`] : []), '.dev.vars'].find((file) => read(file) !== undefined);
  const envFiles = ['.env', '.env.local', ...(env ? [`.env.${env}`, `.env.${env}.local`] : [])].filter((file) => read(file) !== undefined);
  const fromEnvFiles = Object.assign({}, ...envFiles.map((file) => parse(read(file))));
  // wrangler puts the .env files into its own environment first, so they may hold these two settings.
  const settings = { ...fromEnvFiles, ...processEnv };
  const readsEnvFiles = !/^false$/i.test(settings.CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV ?? '');
  const readsProcess = /^true$/i.test(settings.CLOUDFLARE_INCLUDE_PROCESS_ENV ?? '');

  if (devVars === undefined && readsEnvFiles && (envFiles.length > 0 || readsProcess)) {
    const file = envFiles.includes('.env.local') ? '.env.local' : envFiles[0] ?? '.env';
    return complete(file, readsProcess ? settings : fromEnvFiles, {}, { read, parse });
  }
  return complete(devVars ?? '.dev.vars', parse(read(devVars ?? '.dev.vars') ?? ''), readsEnvFiles ? fromEnvFiles : {}, { read, parse });
}

/** Adds to a file what `present` lacks: the value out of a file that wrangler does not read, or else a random or a local one. */
function complete(file, present, unread, { read, parse }) {
  // The issuers are no secret, so a developer's own may be in wrangler.toml, which these files would hide.
  const hasIssuers = /^\s*TRUSTED_ISSUERS\s*=/m.test(read('wrangler.toml') ?? '');
  const names = [...secrets, ...Object.keys(localSettings)].filter((name) => !(hasIssuers && name === 'TRUSTED_ISSUERS'));
  const missing = names.filter((name) => !(name in present));
  const copied = missing.filter((name) => name in unread);
  const random = missing.filter((name) => !(name in unread) && secrets.includes(name));
  const local = missing.filter((name) => !(name in unread) && name in localSettings);
  const email = local.filter((name) => name in emailSettings);
  const values = {
    ...Object.fromEntries(copied.map((name) => [name, unread[name]])),
    ...Object.fromEntries(random.map((name) => [name, randomBytes(32).toString('base64url')])),
    ...Object.fromEntries(local.map((name) => [name, localSettings[name]])),
  };
  const content = read(file) ?? '';
  const separator = content === '' || content.endsWith('\n') ? '' : '\n';
  const lines = separator + Object.entries(values).map(([name, value]) => `${name}=${copied.includes(name) || value.includes('"') ? `'${value}'` : value}\n`).join('');

  const result = parse(content + lines);
  for (const [name, value] of Object.entries(values)) {
    // `$` refers to another variable in .env, and to nothing in .dev.vars.
    if (result[name] === value && !(copied.includes(name) && value.includes('$'))) continue;
    throw new Failure(`${name} cannot be added to ${file}, which wrangler reads: write it there yourself`);
  }
  const ignored = names.filter((name) => name in present && name in unread && present[name] !== unread[name]);
  return {
    file,
    lines: missing.length > 0 ? lines : '',
    messages: [
      ...(copied.length ? [`Copied ${copied.join(' and ')} from .env into ${file}: wrangler reads no .env beside it`] : []),
      ...(random.length ? [`Wrote a random ${random.join(' and a random ')} into ${file}, for this machine only`] : []),
      ...(email.length ? [`Wrote ${email.join(' and ')} into ${file}: \`wrangler dev\` sends no email, and prints where each message lies`] : []),
      ...(local.includes('TRUSTED_ISSUERS') ? [`Wrote TRUSTED_ISSUERS into ${file}: the example's mode better-auth at ${example} signs tokens for this machine`] : []),
      ...ignored.map((name) => `${name} of .env is not used: wrangler reads ${file} and no .env beside it`),
    ],
  };
}
