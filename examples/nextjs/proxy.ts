// Runs before every page and server action. Refreshes the session, because a page cannot set cookies, moves the token of a link in
// an email out of the URL, and sets the Content-Security-Policy with a new nonce on each response.

import { randomBytes } from 'node:crypto';
import { NextResponse, type NextRequest } from 'next/server';
import { authProvider } from '@/lib/auth';
import type { SessionRefresh } from '@/lib/auth/auth-provider';
import { moveLinkToken } from '@/lib/link-tokens';
import { sessionCheckPath, sessionEndedHeader } from '@/lib/session';

export async function proxy(request: NextRequest) {
  const moved = authProvider().hasAccountPages && moveLinkToken(request);
  if (moved) return moved;

  // A page whose call was unauthorized redirects here, so that the session is checked before its cookies are deleted.
  const isSessionCheck = request.nextUrl.pathname === sessionCheckPath;
  const refresh = await authProvider().refreshSession(request, isSessionCheck);
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));

  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  if (refresh.state === 'ended') headers.set(sessionEndedHeader, 'true');
  else headers.delete(sessionEndedHeader);

  const response = respond(request, headers, refresh.state, isSessionCheck);
  refresh.setCookies(response);
  if (isSessionCheck) response.headers.set('Cache-Control', 'private, no-store');
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

function respond(request: NextRequest, headers: Headers, state: SessionRefresh['state'], isSessionCheck: boolean): NextResponse {
  const urlOf = (path: string) => new URL(path, request.url);
  // The session may still be active: keep the URL and show a page with a link to try again.
  if (state === 'unreachable' && request.method !== 'POST') return NextResponse.rewrite(urlOf(sessionCheckPath), { request: { headers } });
  if (isSessionCheck) return NextResponse.redirect(urlOf(state === 'ended' ? '/sign-in?ended' : '/tasks'));
  return NextResponse.next({ request: { headers } });
}

function contentSecurityPolicy(nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === 'development';
  return [
    "default-src 'self'",
    // React's development build needs eval for its error messages.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${isDevelopment ? " 'unsafe-inline'" : ''}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const config = { matcher: '/((?!_next/static/|_next/image$|icon\\.svg$).*)' };
