// What pages and actions do about a session: have one, or go and sign in.

import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { auth } from './auth';
import type { User } from './auth/auth-provider';
import type { Answer } from './api/client';

/** proxy.ts sets it on a request whose session turned out to be over. */
export const endedHeader = 'x-session-ended';

/** Where proxy.ts finds out whether a session is over. */
export const sessionCheck = '/session-check';

const signInPath = (ended: boolean) => (ended ? '/sign-in?ended' : '/sign-in');

export async function requireUser(): Promise<User> {
  return (await auth().currentUser()) ?? redirect(signInPath((await headers()).has(endedHeader)));
}

/** A token for the Worker, in a page or an action that only a user may see. */
export async function requireToken(): Promise<string> {
  return (await auth().accessToken()) ?? redirect(signInPath((await headers()).has(endedHeader)));
}

/** In a page, which cannot delete cookies: proxy.ts does so at that address, if the session really is over. */
export function leavePageIfOver({ problem }: Answer<unknown>): void {
  if (problem?.kind === 'unauthorized') redirect(sessionCheck);
}

/** In a server action. */
export async function leaveActionIfOver({ problem }: Answer<unknown>): Promise<void> {
  if (problem?.kind !== 'unauthorized') return;
  await auth().forget();
  redirect(signInPath(true));
}
