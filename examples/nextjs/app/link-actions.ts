'use server';
// Server actions of emails and their links. The token of a link is in a cookie, see lib/link-tokens.ts.

import { redirect } from 'next/navigation';
import { renewTokens } from '@/lib/auth/worker-session';
import { confirmEmail, forgotPassword, resetPassword, verifyEmail } from '@/lib/email-links';
import { errorState, textField, type FormState } from '@/lib/form';
import { deleteLinkToken, linkToken, saveLinkToken } from '@/lib/link-tokens';
import { requireAccountPages } from '@/lib/session';

export async function sendResetLink(_: FormState, form: FormData): Promise<FormState> {
  requireAccountPages();
  const { error } = await forgotPassword(textField(form, 'email'));
  if (error) return errorState(error, form);
  redirect('/forgot-password?sent');
}

export async function setPassword(_: FormState, form: FormData): Promise<FormState> {
  requireAccountPages();
  const token = await linkToken('/reset-password');
  if (!token) redirect('/reset-password');
  const { error } = await resetPassword(token, textField(form, 'password'));
  if (error) return errorState(error, form);
  await deleteLinkToken('/reset-password');
  redirect('/sign-in?reset');
}

export async function verifyAddress(_: FormState, form: FormData): Promise<FormState> {
  requireAccountPages();
  const token = await linkToken('/verify-email');
  if (!token) redirect('/verify-email');
  const { data, error } = await verifyEmail(token);
  if (error) return errorState(error, form);
  await deleteLinkToken('/verify-email');
  if (!data?.reset_token) redirect('/verify-email?done');
  await saveLinkToken('/reset-password', data.reset_token);
  redirect('/reset-password?new');
}

export async function confirmAddress(_: FormState, form: FormData): Promise<FormState> {
  requireAccountPages();
  const token = await linkToken('/confirm-email');
  if (!token) redirect('/confirm-email');
  const { error } = await confirmEmail(token);
  if (error) return errorState(error, form);
  await deleteLinkToken('/confirm-email');
  // The link may have been opened in another browser than the one that is signed in.
  await renewTokens();
  redirect('/confirm-email?done');
}
