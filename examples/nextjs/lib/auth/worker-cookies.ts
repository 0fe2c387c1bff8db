// Cookies of the Worker's access and refresh token. The `__Host-` prefix keeps other hosts and plain-http pages from setting
// them, and `HttpOnly` keeps scripts from reading them.

import type { Tokens } from '@/lib/api/client';

export const accessCookie = '__Host-access-token';
export const refreshCookie = '__Host-refresh-token';

export const cookieOptions = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;

export function tokenCookies(tokens: Tokens) {
  const { iat, exp } = decodeClaims(tokens.refresh_token);
  return [
    { name: accessCookie, value: tokens.access_token, ...cookieOptions, maxAge: tokens.expires_in },
    { name: refreshCookie, value: tokens.refresh_token, ...cookieOptions, maxAge: exp - iat },
  ];
}

/**
 * Deletes both cookies. Browsers ignore the deletion of a `__Host-` cookie without its attributes. `expires` is used because
 * Next.js drops a `Max-Age` of zero when an action passes on cookies that proxy.ts has set.
 */
export const expiredCookies = [accessCookie, refreshCookie].map((name) => ({ name, value: '', ...cookieOptions, expires: new Date(0) }));

/** Decodes a token without verifying it: this server reads only cookies it has set, and the Worker verifies every token. */
export function decodeClaims(token: string): { sub?: unknown; email?: unknown; role?: unknown; iat: number; exp: number } {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) ?? { iat: 0, exp: 0 };
  } catch {
    return { iat: 0, exp: 0 };
  }
}

/** Whether a token is valid for another 30 seconds. */
export const isFresh = (token: string | undefined): boolean =>
  token !== undefined && decodeClaims(token).exp - Date.now() / 1000 > 30;
