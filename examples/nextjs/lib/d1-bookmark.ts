// Read-your-writes with D1 read replicas (`D1_READ_REPLICATION`): each write returns a bookmark, and sending it with the next
// reads makes a replica wait until it holds that write. The bookmark is not secret. It is kept in a cookie because the
// browser is the only state that several processes of this app share.

import 'server-only';
import { cookies } from 'next/headers';

const options = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;

const cookieName = '__Host-bookmark';
const headerName = 'X-D1-Bookmark';

/** Returns the headers of a read. */
export async function bookmarkHeaders(): Promise<Record<string, string>> {
  const bookmark = (await cookies()).get(cookieName)?.value;
  return bookmark ? { [headerName]: bookmark } : {};
}

/** Saves the bookmark of a write until the browser is closed. For server actions only: a page cannot set cookies. */
export async function saveBookmark(response: Response): Promise<void> {
  const bookmark = response.headers.get(headerName);
  if (bookmark) (await cookies()).set(cookieName, bookmark, options);
}

/** For server actions only. */
export async function deleteBookmark(): Promise<void> {
  const jar = await cookies();
  if (jar.has(cookieName)) jar.set(cookieName, '', { ...options, maxAge: 0 });
}
