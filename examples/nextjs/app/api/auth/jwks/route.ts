// The public keys of this app's tokens, which the Worker fetches. The only route of Better Auth that is mounted: its `/token` would
// return a token to the browser's JavaScript.

import { notFound } from 'next/navigation';
import { authProvider } from '@/lib/auth';

/** Never rendered at build time, where there is no database. */
export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const keySet = await authProvider().publicKeys();
  return keySet ? Response.json(keySet) : notFound();
}
