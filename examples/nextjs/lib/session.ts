// Session checks for pages and server actions: return the user or the token, or redirect to the sign-in page.

import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { authProvider } from './auth';
import type { User } from './auth/auth-provider';
import { apiClient, type ApiResult } from './api/client';

/** proxy.ts sets this header on a request whose session has ended. */
export const sessionEndedHeader = 'x-session-ended';

/** The path at which proxy.ts checks a session against the Worker, whatever its cookies say. */
export const sessionCheckPath = '/session-check';

const signInPath = (hasEnded: boolean) => (hasEnded ? '/sign-in?ended' : '/sign-in');

export async function requireUser(): Promise<User> {
  return (await authProvider().currentUser()) ?? redirect(signInPath((await headers()).has(sessionEndedHeader)));
}

/** Returns the token for the Worker, in a page or action that requires a signed-in user. */
export async function requireToken(): Promise<string> {
  return (await authProvider().accessToken()) ?? redirect(signInPath((await headers()).has(sessionEndedHeader)));
}

/** A client whose calls are made as the signed-in user. */
export async function signedInClient() {
  return apiClient(await headers(), await requireToken());
}

/** Redirects from a page that exists only where the accounts are in the Worker. Not `notFound()`: see app/tasks/[id]/page.tsx. */
export function requireAccountPages(): void {
  if (!authProvider().hasAccountPages) redirect('/not-found');
}

/** For pages, which cannot delete cookies: proxy.ts deletes them at that path, if the session has really ended. */
export function redirectPageIfUnauthorized({ error }: ApiResult<unknown>): void {
  if (error?.kind === 'unauthorized') redirect(sessionCheckPath);
}

/** For server actions. */
export async function redirectActionIfUnauthorized({ error }: ApiResult<unknown>): Promise<void> {
  if (error?.kind !== 'unauthorized') return;
  await authProvider().clearSession();
  redirect(signInPath(true));
}
