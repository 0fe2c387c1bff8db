'use server';
// Server actions of the account. Each one checks the session itself, because an action can be called without loading a page.

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import * as account from '@/lib/account';
import { authProvider } from '@/lib/auth';
import { forgetDeviceToken } from '@/lib/auth/device-token';
import { deleteBookmark } from '@/lib/d1-bookmark';
import { errorState, textField, type FormState } from '@/lib/form';
import { redirectActionIfUnauthorized, requireAccountPages } from '@/lib/session';
import type { ApiResult } from '@/lib/api/client';

export async function saveName(_: FormState, form: FormData): Promise<FormState> {
  const result = await attempt(account.changeName(textField(form, 'name').trim() || null));
  return result.error ? errorState(result.error, form) : { done: 'Your name is saved.', values: { name: textField(form, 'name') } };
}

export async function sendVerification(_: FormState, form: FormData): Promise<FormState> {
  const result = await attempt(account.requestVerification());
  return result.error ? errorState(result.error, form) : { done: 'An email is on its way. Open the link in it.' };
}

export async function changeAddress(_: FormState, form: FormData): Promise<FormState> {
  const email = textField(form, 'email');
  const result = await attempt(account.changeEmail({ email, password: textField(form, 'password') }));
  if (result.error) return errorState(result.error, form);
  return { done: `An email is on its way to ${email.trim()}. Open the link in it: until then you sign in with your present address.` };
}

export async function changePassword(_: FormState, form: FormData): Promise<FormState> {
  const passwords = { current_password: textField(form, 'current_password'), new_password: textField(form, 'new_password') };
  const result = await attempt(account.changePassword(passwords));
  if (result.error) return errorState(result.error, form);
  redirect('/account/password?done');
}

/** Refreshes the list, which no longer shows the session, so that one that has ended already needs no error either. */
export async function endSession(_: FormState, form: FormData): Promise<FormState> {
  const result = await attempt(account.endSession(textField(form, 'id')));
  refresh();
  return result.error && result.error.kind !== 'not-found' ? errorState(result.error, form) : {};
}

export async function endOtherSessions(_: FormState, form: FormData): Promise<FormState> {
  const result = await attempt(account.endOtherSessions());
  refresh();
  return result.error ? errorState(result.error, form) : {};
}

export async function forgetDevice(): Promise<FormState> {
  requireAccountPages();
  await forgetDeviceToken();
  redirect('/account/sessions?forgotten');
}

export async function deleteAccount(_: FormState, form: FormData): Promise<FormState> {
  const result = await attempt(account.deleteAccount(textField(form, 'password')));
  if (result.error) return errorState(result.error, form);
  await authProvider().clearSession();
  await forgetDeviceToken();
  await deleteBookmark();
  redirect('/sign-in?deleted');
}

async function attempt<Data>(call: Promise<ApiResult<Data>>): Promise<ApiResult<Data>> {
  requireAccountPages();
  const result = await call;
  await redirectActionIfUnauthorized(result);
  return result;
}
