// Runs before every page and server action: brings the session up to date, since only here cookies can be set for a page,
// and gives each answer its Content-Security-Policy.

import { randomBytes } from 'node:crypto';
import { NextResponse, type NextRequest } from 'next/server';
import { auth } from '@/lib/auth';
import { endedHeader } from '@/lib/session';

export async function proxy(request: NextRequest) {
  // A page that was refused comes here: whether the session is over is then asked, not guessed.
  const isRefused = request.nextUrl.pathname === '/session-ended';
  const renewal = await auth().renew(request, isRefused);
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));

  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  if (renewal.state === 'ended') headers.set(endedHeader, 'true');
  else headers.delete(endedHeader);

  const response = isRefused && renewal.state !== 'kept'
    ? NextResponse.redirect(new URL(renewal.state === 'ended' ? '/sign-in?ended' : '/tasks', request.url))
    : NextResponse.next({ request: { headers } });
  renewal.write(response);
  response.headers.set('Content-Security-Policy', policy);
  return response;
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

export const config = { matcher: '/((?!_next/static|_next/image|icon.svg).*)' };
