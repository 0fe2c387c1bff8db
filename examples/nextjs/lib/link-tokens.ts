// The tokens in the links of emails. A token is a password for a while, so proxy.ts moves it from the URL into a cookie before the
// page is shown: it is in no browser history, in no `Referer` header, and in no page. The page's form then uses the cookie.

import 'server-only';
import { cookies } from 'next/headers';
import { NextResponse, type NextRequest } from 'next/server';

const cookieNames = {
  '/reset-password': '__Host-reset-token',
  '/verify-email': '__Host-verification-token',
  '/confirm-email': '__Host-new-email-token',
} as const;

export type LinkPath = keyof typeof cookieNames;

/** A page that is left open longer asks its user to open the link again. */
const cookieOptions = { httpOnly: true, secure: true, sameSite: 'lax', path: '/', maxAge: 30 * 60 } as const;
const maxLength = 2_000;

/** Returns the redirect to the page itself, for the request of a link. It changes nothing but the browser's cookie. */
export function moveLinkToken(request: NextRequest): NextResponse | undefined {
  const { pathname, searchParams } = request.nextUrl;
  const token = searchParams.get('token');
  if (token === null || !isLinkPath(pathname)) return undefined;
  const response = NextResponse.redirect(new URL(pathname, request.url));
  if (token.length <= maxLength) response.cookies.set({ name: cookieNames[pathname], value: token, ...cookieOptions });
  response.headers.set('Referrer-Policy', 'no-referrer');
  response.headers.set('Cache-Control', 'private, no-store');
  return response;
}

const isLinkPath = (path: string): path is LinkPath => Object.hasOwn(cookieNames, path);

export async function linkToken(path: LinkPath): Promise<string | undefined> {
  return (await cookies()).get(cookieNames[path])?.value || undefined;
}

/** For server actions only. */
export async function saveLinkToken(path: LinkPath, token: string): Promise<void> {
  (await cookies()).set({ name: cookieNames[path], value: token, ...cookieOptions });
}

/** For server actions only. */
export async function deleteLinkToken(path: LinkPath): Promise<void> {
  (await cookies()).set({ name: cookieNames[path], value: '', ...cookieOptions, maxAge: 0 });
}
