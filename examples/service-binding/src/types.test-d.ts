// Checks the types of edge-auth's binding: `npm run check` fails where a line compiles that must not, or the other way round.

import type { Auth, AuthUser, Failed, Rejected } from '../../../src/platform/auth';

export async function binding(auth: Auth, request: Request) {
  const result = await auth.authenticate(request.headers.get('Authorization'), { checkSession: false });
  // @ts-expect-error: there is no user before `ok` is checked.
  result.user;
  if (result.ok) {
    const { id, email, name, role }: AuthUser = result.user;
    const texts: (string | null)[] = [email, name, role, result.session, result.issuer];
    const expiry: Date = new Date(result.expires_at);
    // @ts-expect-error: another issuer's user may have no address.
    email.length;
    // @ts-expect-error: a result is what edge-auth said, not to be changed.
    result.user.role = 'admin';
    return [id, ...texts, expiry];
  }
  const failure: Rejected | Failed = result;
  if (failure.status === 401) return failure.www_authenticate.length;
  const challenge: undefined = failure.www_authenticate;
  return challenge;
}

export const calls = (auth: Auth) => [
  auth.verify('token'),
  auth.verify('token', { checkSession: true }),
  auth.authenticate(undefined),
  // @ts-expect-error: only `authenticate` knows what a missing header is.
  auth.verify(null),
  // @ts-expect-error: a text would check the session.
  auth.verify('token', { checkSession: 'false' }),
  // @ts-expect-error: the header, not the request.
  auth.authenticate(new Headers()),
];
