// Where the Worker reads from replicas (`D1_READ_REPLICATION`), each write tells how far a replica must have got to show it. The
// next reads say so, and everybody sees what they wrote. A bookmark is no secret; it is a cookie because the user's browser is all
// that the processes of this app share.

import 'server-only';
import { cookies } from 'next/headers';

const options = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;

const cookie = '__Host-bookmark';
const header = 'X-D1-Bookmark';

/** The header of a read. */
export async function bookmark(): Promise<Record<string, string>> {
  const kept = (await cookies()).get(cookie)?.value;
  return kept ? { [header]: kept } : {};
}

/** Keeps what a write has told, until the browser is closed. For server actions only: a page cannot set cookies. */
export async function keepBookmark(response: Response): Promise<void> {
  const told = response.headers.get(header);
  if (told) (await cookies()).set(cookie, told, options);
}

/** For server actions only. */
export async function forgetBookmark(): Promise<void> {
  const jar = await cookies();
  if (jar.has(cookie)) jar.set(cookie, '', { ...options, maxAge: 0 });
}
