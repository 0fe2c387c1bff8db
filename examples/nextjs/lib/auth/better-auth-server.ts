// Better Auth on SQLite. Server actions call it directly and its HTTP handler is not mounted: its `/token` route would return
// a token to the browser's JavaScript. Of its routes only the public keys are served, by app/api/auth/jwks.

import 'server-only';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { getMigrations } from 'better-auth/db/migration';
import { nextCookies } from 'better-auth/next-js';
import { jwt } from 'better-auth/plugins';
import { optional, required } from '@/lib/settings';
import { appUrl, tokenAlgorithm, tokenOptions } from './better-auth-tokens';
import { createSigninLimit } from './signin-limit';

function createOptions() {
  const file = optional('BETTER_AUTH_DATABASE') ?? '.data/better-auth.sqlite';
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL');
  const signinLimit = createSigninLimit(database);
  const secret = required('BETTER_AUTH_SECRET');
  if (Buffer.byteLength(secret) < 32) throw new Error('BETTER_AUTH_SECRET is shorter than 32 bytes: set at least 32 random ones');

  const options = {
    database,
    secret,
    baseURL: appUrl(),
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true },
    advanced: { useSecureCookies: true },
    // It applies only to HTTP routes, which are not mounted, and counts by IP address; `hooks` below count by account.
    rateLimit: { enabled: false },
    hooks: {
      before: createAuthMiddleware(async ({ path, body }) => {
        if (path !== '/sign-in/email') return;
        const retryAfter = signinLimit.acquire(accountKey(body));
        if (retryAfter) throw new APIError('TOO_MANY_REQUESTS', { message: 'Too many sign-in attempts', retryAfter });
      }),
      after: createAuthMiddleware(async ({ path, body, context }) => {
        if (path === '/sign-in/email' && context.newSession) signinLimit.clear(accountKey(body));
      }),
    },
    plugins: [
      jwt(tokenOptions(secret)),
      // Sets Better Auth's cookies in server actions. Must be the last plugin.
      nextCookies(),
    ],
  } satisfies BetterAuthOptions;
  return options;
}

/** Hash the address: the input may be of any length, and the address itself need not be stored. */
const accountKey = (body: { email?: unknown } | undefined): string =>
  createHash('sha256').update(String(body?.email ?? '').trim().toLowerCase()).digest('base64url');

async function create() {
  const options = createOptions();
  await (await getMigrations(options)).runMigrations();
  const server = betterAuth(options);
  // Creates the key pair, before two concurrent requests would create one each.
  if (tokenAlgorithm() === 'EdDSA') await server.api.getJwks();
  return server;
}

let instance: ReturnType<typeof create> | undefined;

/** Returns Better Auth with its tables migrated. Created at the first use, because mode `worker` does not need it. */
export const betterAuthServer = (): ReturnType<typeof create> => (instance ??= create());
