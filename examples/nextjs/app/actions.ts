'use server';
// Signing up, in and out.

import { redirect } from 'next/navigation';
import { auth } from '@/lib/auth';
import { forgetBookmark } from '@/lib/d1-bookmark';
import { failed, type FormState } from '@/lib/request-error';
import { text } from '@/lib/form';

export async function signUp(_: FormState, form: FormData): Promise<FormState> {
  const account = { email: text(form, 'email'), password: text(form, 'password'), name: text(form, 'name').trim() };
  const problem = await auth().signUp(account);
  if (problem) return failed(problem, form);
  redirect('/tasks');
}

export async function signIn(_: FormState, form: FormData): Promise<FormState> {
  const problem = await auth().signIn({ email: text(form, 'email'), password: text(form, 'password') });
  if (problem) return failed(problem, form);
  redirect('/tasks');
}

export async function signOut(): Promise<void> {
  await auth().signOut();
  await forgetBookmark();
  redirect('/sign-in');
}
