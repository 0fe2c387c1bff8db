// Sends a verified caller's request on to the origin, which learns who calls from two headers and needs no token.

import type { AuthUser } from '../../../src/platform/auth';

const IDENTITY_HEADERS = ['x-user-id', 'x-user-role'];

/** In any spelling: for a CGI-like origin, X-User-Id, X_User_Id and X.User.Id are one variable, HTTP_X_USER_ID. */
const isIdentityHeader = (name: string) => IDENTITY_HEADERS.includes(name.toLowerCase().replace(/[^a-z0-9]/g, '-'));

/**
 * Percent-encoded, since another issuer's `sub` may hold any text, also line breaks and letters that no header can: the origin
 * decodes once. Ids and roles of edge-auth itself stay as they are.
 */
function identityHeaders(request: Request, { id, role }: AuthUser): Headers {
  const headers = new Headers(request.headers);
  for (const name of [...headers.keys()]) if (isIdentityHeader(name)) headers.delete(name);
  headers.set('X-User-Id', encodeURIComponent(id));
  if (role !== null) headers.set('X-User-Role', encodeURIComponent(role));
  // The origin, its logs and whatever it calls never hold the token.
  headers.delete('Authorization');
  return headers;
}

/** The response streams back as it comes: redirects are the client's to follow, and a WebSocket is handed on. */
export function fetchOrigin(request: Request, user: AuthUser, origin: string): Promise<Response> {
  // Joined as text: as a relative reference, a path such as //evil.example would name another host.
  const { pathname, search } = new URL(request.url);
  return fetch(origin.replace(/\/+$/, '') + pathname + search, {
    method: request.method,
    headers: identityHeaders(request, user),
    body: request.body,
    redirect: 'manual',
    // Without Authorization, Cloudflare's cache would take one user's response for everybody's.
    cache: 'no-store',
  });
}
