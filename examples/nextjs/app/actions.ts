'use server';
// Server actions of the account: sign up, sign in, sign out.

import { redirect } from 'next/navigation';
import { authProvider } from '@/lib/auth';
import { deleteBookmark } from '@/lib/d1-bookmark';
import { errorState, textField, type FormState } from '@/lib/form';

export async function signUp(_: FormState, form: FormData): Promise<FormState> {
  const account = { email: textField(form, 'email'), password: textField(form, 'password'), name: textField(form, 'name').trim() };
  const result = await authProvider().signUp(account);
  if (result.error) return errorState(result.error, form);
  redirect(result.isEmailSent ? '/sign-up?sent' : '/tasks');
}

export async function signIn(_: FormState, form: FormData): Promise<FormState> {
  const error = await authProvider().signIn({ email: textField(form, 'email'), password: textField(form, 'password') });
  if (error) {
    const isLockedOut = error.kind === 'rate-limited' && error.reason === 'Too many sign-in attempts';
    return { ...errorState(error, form), offersReset: isLockedOut && authProvider().hasAccountPages };
  }
  redirect('/tasks');
}

export async function signOut(): Promise<void> {
  await authProvider().signOut();
  await deleteBookmark();
  redirect('/sign-in');
}
