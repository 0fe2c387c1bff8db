// The Worker's two tokens as cookies. `__Host-` lets no other host and no plain-http page set them, `HttpOnly` lets no
// script read them: they are between the browser's cookie jar and this server.

import type { Tokens } from '@/lib/api/client';

export const accessCookie = '__Host-access-token';
export const refreshCookie = '__Host-refresh-token';

const options = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;

export function cookiesOf(tokens: Tokens) {
  const { iat, exp } = claims(tokens.refresh_token);
  return [
    { name: accessCookie, value: tokens.access_token, ...options, maxAge: tokens.expires_in },
    { name: refreshCookie, value: tokens.refresh_token, ...options, maxAge: exp - iat },
  ];
}

/**
 * A deletion needs the same attributes: without them browsers refuse it for a `__Host-` cookie. It is told by a date, since
 * Next.js loses a `Max-Age` of zero where an action hands on what proxy.ts has set.
 */
export const deletions = [accessCookie, refreshCookie].map((name) => ({ name, value: '', ...options, expires: new Date(0) }));

/** What a token says, unverified: the Worker judges a token, this server only reads its own cookies. */
export function claims(token: string): { email?: unknown; iat: number; exp: number } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) ?? { iat: 0, exp: 0 };
  } catch {
    return { iat: 0, exp: 0 };
  }
}

export const isFresh = (token: string | undefined): boolean =>
  token !== undefined && claims(token).exp - Date.now() / 1000 > 30;
