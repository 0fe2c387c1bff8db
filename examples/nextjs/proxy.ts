// Runs before every page and server action: brings the session up to date, since only here cookies can be set for a page,
// and gives each answer its Content-Security-Policy.

import { randomBytes } from 'node:crypto';
import { NextResponse, type NextRequest } from 'next/server';
import { auth } from '@/lib/auth';
import type { Renewal } from '@/lib/auth/auth-provider';
import { endedHeader, sessionCheck } from '@/lib/session';

export async function proxy(request: NextRequest) {
  // A page that was refused comes here: whether the session is over is then asked, not guessed.
  const isRefused = request.nextUrl.pathname === sessionCheck;
  const renewal = await auth().renew(request, isRefused);
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));

  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  if (renewal.state === 'ended') headers.set(endedHeader, 'true');
  else headers.delete(endedHeader);

  const response = answer(request, headers, renewal.state, isRefused);
  renewal.write(response);
  if (isRefused) response.headers.set('Cache-Control', 'private, no-store');
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

function answer(request: NextRequest, headers: Headers, state: Renewal['state'], isRefused: boolean): NextResponse {
  const at = (path: string) => new URL(path, request.url);
  // Neither signed in nor signed out: the user stays where they are, and tries again.
  if (state === 'unreachable' && request.method !== 'POST') return NextResponse.rewrite(at(sessionCheck), { request: { headers } });
  if (isRefused) return NextResponse.redirect(at(state === 'ended' ? '/sign-in?ended' : '/tasks'));
  return NextResponse.next({ request: { headers } });
}

function contentSecurityPolicy(nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === 'development';
  return [
    "default-src 'self'",
    // React's development build names errors by means of eval.
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
