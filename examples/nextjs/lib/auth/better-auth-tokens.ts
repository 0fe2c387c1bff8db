// How Better Auth signs its tokens for the Worker. By default as Better Auth does without any option: EdDSA, under a key pair of its
// own whose public half the Worker fetches, so that the two share no secret. `TOKEN_ALGORITHM=HS256` signs with a shared secret.

import 'server-only';
import type { JwtOptions } from 'better-auth/plugins';
import { SignJWT } from 'jose';
import { optional } from '@/lib/settings';

export const appUrl = (): string => optional('BETTER_AUTH_URL') ?? 'http://localhost:3000';

export function tokenAlgorithm(): 'EdDSA' | 'HS256' {
  const name = optional('TOKEN_ALGORITHM') ?? 'EdDSA';
  if (name !== 'EdDSA' && name !== 'HS256') throw new Error(`TOKEN_ALGORITHM is "${name}": it must be "EdDSA" or "HS256"`);
  return name;
}

/** Options of Better Auth's jwt plugin. */
export function tokenOptions(secret: string): JwtOptions {
  // Sign a token only when `getToken` is called, not at every `getSession`.
  const common = { disableSettingJwtHeader: true };
  return tokenAlgorithm() === 'EdDSA' ? common : { ...common, ...sharedSecretOptions(secret) };
}

const sharedSecretOptions = (secret: string): JwtOptions => ({
  // The plugin requires these two with `sign`. They are unused: the Worker verifies with the shared secret.
  jwks: { remoteUrl: 'https://unused.invalid', keyPairConfig: { alg: 'RS256' } },
  jwt: {
    expirationTime: '5m',
    // No `email`: if the HTTP handler were mounted, its `/verify-email` route would accept any token with one under this
    // secret, mark the address as verified, and with `autoSignInAfterVerification` create a session for the bearer.
    definePayload: ({ user }) => ({ name: user.name }),
    sign: ({ iss, aud, ...claims }) => {
      const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
      const [issuer, audience] = [optional('JWT_ISSUER'), optional('JWT_AUDIENCE')];
      if (issuer) token.setIssuer(issuer);
      if (audience) token.setAudience(audience);
      return token.sign(new TextEncoder().encode(secret));
    },
  },
});

/** What must be set at the Worker, for the log line of a rejected token. */
export function requiredAtWorker(): string {
  if (tokenAlgorithm() === 'HS256') return 'BETTER_AUTH_SECRET, JWT_ISSUER and JWT_AUDIENCE must be the same in both';
  const entry = { issuer: appUrl(), jwks_url: new URL('/api/auth/jwks', appUrl()).href, audience: appUrl() };
  return `its TRUSTED_ISSUERS must contain ${JSON.stringify(entry)}`;
}
