// The Worker's device token. Sent with the next sign-in, it has this browser's attempts counted apart, so that other people's
// attempts do not lock its user out. It opens nothing by itself, and its cookie outlives the sign-out.

import 'server-only';
import { cookies } from 'next/headers';
import { cookieOptions, decodeClaims } from './worker-cookies';

const cookieName = '__Host-device-token';

export async function deviceToken(): Promise<string | undefined> {
  return (await cookies()).get(cookieName)?.value;
}

/** For server actions only, and until the token expires. */
export async function saveDeviceToken(token: string): Promise<void> {
  (await cookies()).set(cookieName, token, { ...cookieOptions, expires: new Date(decodeClaims(token).exp * 1000) });
}

/** For server actions only. */
export async function forgetDeviceToken(): Promise<void> {
  const jar = await cookies();
  if (jar.has(cookieName)) jar.set(cookieName, '', { ...cookieOptions, expires: new Date(0) });
}
