// `npm start`: from a fresh clone to the production build on http://localhost:3000, in front of the Worker.
// `--better-auth` lets Better Auth keep the accounts, `--dev` serves without building, for work on this folder.

import { Failure, main, read, run } from '../../../scripts/shared.mjs';
import { buildIfStale, environment, folder, installPackages } from './setup.mjs';

const asked = process.argv.slice(2);
const port = process.env.PORT ?? '3000';
const api = process.env.API_URL ?? 'http://localhost:8787';
const mode = asked.includes('--better-auth') ? 'better-auth' : process.env.AUTH_MODE ?? 'worker';

main(async () => {
  checkArguments();
  await installPackages();
  const isDevelopment = asked.includes('--dev');
  if (!isDevelopment) await buildIfStale();
  const settings = { ...environment, ...betterAuthSettings(), API_URL: api, AUTH_MODE: mode };
  await lookForWorker();
  console.log(`\nhttp://localhost:${port} · ${mode === 'better-auth' ? 'Better Auth keeps the accounts' : 'the Worker keeps the accounts'}\n`);
  await run('next', [isDevelopment ? 'dev' : 'start', '--port', port], settings, folder);
});

function checkArguments() {
  const unknown = asked.filter((name) => !['--better-auth', '--dev'].includes(name));
  if (unknown.length) throw new Failure(`${unknown[0]} is no option of this command: it knows --better-auth and --dev; PORT and API_URL are set in the environment`);
}

/** The secret that the Worker shares with Better Auth: on this machine the root's set-up has made one. */
function betterAuthSettings() {
  if (mode !== 'better-auth') return {};
  const secret = process.env.BETTER_AUTH_SECRET
    ?? (read('.dev.vars') ?? '').match(/^\s*(?:export\s+)?BETTER_AUTH_SECRET\s*=\s*(["'`]?)(.+?)\1\s*$/m)?.[2];
  if (!secret) {
    throw new Failure('BETTER_AUTH_SECRET is not set, and .dev.vars in the repository\'s root has none: run `npm start` there, which makes one');
  }
  return { BETTER_AUTH_SECRET: secret, BETTER_AUTH_URL: process.env.BETTER_AUTH_URL ?? `http://localhost:${port}` };
}

async function lookForWorker() {
  const isThere = await fetch(new URL('/api/health', api), { signal: AbortSignal.timeout(3000) }).then((answer) => answer.ok, () => false);
  if (isThere) return;
  console.log(`\nThe Worker does not answer at ${api}: run \`npm start\` in the repository's root, in another terminal.`);
  console.log('The app starts meanwhile, and finds the Worker as soon as it is there.');
}
