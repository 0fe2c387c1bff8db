// `npm start`: from a fresh clone to the production build on http://localhost:3000, in front of the Worker.
// `--better-auth` selects the authentication mode `better-auth`; `--dev` runs the development server.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure, main, run } from '../../../scripts/shared.mjs';
import { readDevVars } from './dev-vars.mjs';
import { buildIfStale, environment, folder, installPackages } from './setup.mjs';

const options = process.argv.slice(2);
const port = process.env.PORT ?? '3000';
const api = process.env.API_URL ?? 'http://localhost:8787';
const mode = options.includes('--better-auth') ? 'better-auth' : process.env.AUTH_MODE ?? 'worker';

main(async () => {
  checkArguments();
  await installPackages();
  const isDevelopment = options.includes('--dev');
  if (!isDevelopment) await buildIfStale();
  const settings = { ...environment, ...(await betterAuthSettings()), API_URL: api, AUTH_MODE: mode };
  await checkWorker();
  console.log(`\nhttp://localhost:${port} · ${mode === 'better-auth' ? 'accounts in Better Auth' : 'accounts in the Worker'}\n`);
  await run('next', [isDevelopment ? 'dev' : 'start', '--port', port], settings, folder);
});

function checkArguments() {
  const unknown = options.filter((name) => !['--better-auth', '--dev'].includes(name));
  if (unknown.length) throw new Failure(`${unknown[0]} is not an option of this command: use --better-auth or --dev, and set PORT and API_URL in the environment`);
}

async function betterAuthSettings() {
  if (mode !== 'better-auth') return {};
  const secret = process.env.BETTER_AUTH_SECRET || (process.env.TOKEN_ALGORITHM === 'HS256' ? await sharedSecret() : ownSecret());
  return { BETTER_AUTH_SECRET: secret, BETTER_AUTH_URL: process.env.BETTER_AUTH_URL || `http://localhost:${port}` };
}

/** Reads the secret shared with the Worker, which the set-up of the repository's root writes into .dev.vars. */
async function sharedSecret() {
  const secret = (await readDevVars()).BETTER_AUTH_SECRET;
  if (secret) return secret;
  throw new Failure('BETTER_AUTH_SECRET is not set, and .dev.vars in the repository\'s root does not set it: run `npm start` there, which generates one');
}

/** Better Auth's own secret, generated at the first start. It encrypts the private key in the database, so it is kept beside that. */
function ownSecret() {
  const database = resolve(folder, process.env.BETTER_AUTH_DATABASE || '.data/better-auth.sqlite');
  const file = join(dirname(database), 'better-auth.secret');
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

async function checkWorker() {
  const isUp = await fetch(new URL('/api/health', api), { signal: AbortSignal.timeout(3000) }).then((response) => response.ok, () => false);
  if (isUp) return;
  console.log(`\nThe Worker does not answer at ${api}: run \`npm start\` in the repository's root, in another terminal.`);
  console.log('The app starts now and reaches the Worker as soon as it is running.');
}
