// Ends a session of the Worker. If the Worker is unreachable, the browser still loses its tokens, and the refresh token moves
// into a cookie of its own, so that proxy.ts can end the session at the next request that reaches the Worker.

import type { NextRequest, NextResponse } from 'next/server';
import { apiClient, toResult } from '@/lib/api/client';
import type { RequestError } from '@/lib/request-error';
import { cookieOptions, decodeClaims } from './worker-cookies';

const cookieName = '__Host-pending-sign-out';
/** A visitor should not wait long for a Worker that was unreachable a moment ago. */
const retryTimeout = 2_000;

interface CookieReader {
  get(name: string): { value: string } | undefined;
}

export const isSignOutPending = (jar: CookieReader): boolean => Boolean(jar.get(cookieName)?.value);

/** Returns the cookie that keeps the sign-out pending, if the Worker did not end the session. */
export async function signOutAtWorker(browserHeaders: Headers, access?: string, refresh?: string) {
  let error: RequestError | undefined;
  if (access) ({ error } = await toResult(apiClient(browserHeaders, access).POST('/api/auth/signout')));
  // The refresh token also ends a session whose access token has expired.
  if (refresh && (!access || error?.kind === 'unauthorized')) error = await signOutByRefreshToken(browserHeaders, refresh);
  return refresh && isTemporary(error) ? [pendingCookie(refresh)] : [];
}

/** Tries a pending sign-out again. Returns a function that deletes its cookie, if the Worker has answered. */
export async function retrySignOut(request: NextRequest): Promise<(response: NextResponse) => void> {
  const refresh = request.cookies.get(cookieName)?.value;
  if (!refresh) return () => {};
  if (isTemporary(await signOutByRefreshToken(request.headers, refresh, AbortSignal.timeout(retryTimeout)))) return () => {};
  request.cookies.delete(cookieName);
  return (response) => response.cookies.set({ name: cookieName, value: '', ...cookieOptions, expires: new Date(0) });
}

async function signOutByRefreshToken(browserHeaders: Headers, refresh: string, signal?: AbortSignal): Promise<RequestError | undefined> {
  const request = { body: { refresh_token: refresh }, signal };
  return (await toResult(apiClient(browserHeaders).POST('/api/auth/signout', request))).error;
}

/** With any other error the session has ended already, and trying again would change nothing. */
const isTemporary = (error?: RequestError): boolean => error?.kind === 'unavailable' || error?.kind === 'rate-limited';

/** Kept until the refresh token, and with it the session, expires by itself. */
function pendingCookie(refresh: string) {
  const maxAge = Math.max(0, Math.round(decodeClaims(refresh).exp - Date.now() / 1000));
  return { name: cookieName, value: refresh, ...cookieOptions, maxAge };
}
