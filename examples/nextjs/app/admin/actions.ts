'use server';
// Server actions of administrators. The Worker checks the caller's role at each call.

import { refresh } from 'next/cache';
import { errorState, textField, type FormState } from '@/lib/form';
import { redirectActionIfUnauthorized, requireAccountPages } from '@/lib/session';
import { endUserSessions, suspendUser } from '@/lib/users';

/** Suspends a user, lifts the suspension or ends all sessions; the button's `intent` says which. */
export async function updateUser(_: FormState, form: FormData): Promise<FormState> {
  requireAccountPages();
  const id = textField(form, 'id');
  const intent = textField(form, 'intent');
  const result = intent === 'end-sessions' ? await endUserSessions(id) : await suspendUser(id, intent === 'suspend');
  await redirectActionIfUnauthorized(result);
  refresh();
  if (result.error) return errorState(result.error, form);
  return { done: intent === 'end-sessions' ? 'Signed out on every device.' : intent === 'suspend' ? 'Suspended, and signed out on every device.' : 'May sign in again.' };
}
