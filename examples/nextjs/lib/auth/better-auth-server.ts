// Better Auth itself, on SQLite. It is called from this server only and has no public route: its `/token` would hand a
// token to the browser's JavaScript.

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
import { SignJWT } from 'jose';
import { optional, required } from '@/lib/settings';
import { attemptsIn } from './signin-limit';

function settings() {
  const file = optional('BETTER_AUTH_DATABASE') ?? '.data/better-auth.sqlite';
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL');
  const attempts = attemptsIn(database);
  const secret = required('BETTER_AUTH_SECRET');
  if (Buffer.byteLength(secret) < 32) throw new Error('BETTER_AUTH_SECRET is shorter than 32 bytes: set at least 32 random ones');

  const options = {
    database,
    secret,
    baseURL: optional('BETTER_AUTH_URL') ?? 'http://localhost:3000',
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true },
    advanced: { useSecureCookies: true },
    // Counts by address of the network, at the routes that are not there; `hooks` count by account.
    rateLimit: { enabled: false },
    hooks: {
      before: createAuthMiddleware(async ({ path, body }) => {
        if (path !== '/sign-in/email') return;
        const retryAfter = attempts.take(accountOf(body));
        if (retryAfter) throw new APIError('TOO_MANY_REQUESTS', { message: 'Too many sign-in attempts', retryAfter });
      }),
      after: createAuthMiddleware(async ({ path, body, context }) => {
        if (path === '/sign-in/email' && context.newSession) attempts.clear(accountOf(body));
      }),
    },
    plugins: [
      jwt({
        // The Worker shares the secret and asks for no keys, yet the plugin wants these two beside `sign`.
        jwks: { remoteUrl: 'https://unused.invalid', keyPairConfig: { alg: 'RS256' } },
        // A token is made when it is asked for, and not with every look at the session.
        disableSettingJwtHeader: true,
        jwt: {
          expirationTime: '5m',
          definePayload: ({ user }) => ({ email: user.email, name: user.name }),
          sign: ({ iss, aud, ...claims }) => {
            const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
            const [issuer, audience] = [optional('JWT_ISSUER'), optional('JWT_AUDIENCE')];
            if (issuer) token.setIssuer(issuer);
            if (audience) token.setAudience(audience);
            return token.sign(new TextEncoder().encode(secret));
          },
        },
      }),
      // Sets Better Auth's cookies in server actions. It must be the last plugin.
      nextCookies(),
    ],
  } satisfies BetterAuthOptions;
  return options;
}

/** Not the address itself: what is typed may be as long as a form, and need not be kept. */
const accountOf = (body: { email?: unknown } | undefined): string =>
  createHash('sha256').update(String(body?.email ?? '').trim().toLowerCase()).digest('base64url');

async function open() {
  const options = settings();
  await (await getMigrations(options)).runMigrations();
  return betterAuth(options);
}

let opening: ReturnType<typeof open> | undefined;

/** Better Auth, its tables made or brought up to date. Opened at the first use: the other mode needs none of it. */
export const betterAuthServer = (): ReturnType<typeof open> => (opening ??= open());
