import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Notice } from '@/components/notice';
import { authProvider } from '@/lib/auth';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

/** Shown after a redirect to this page, by the name in its query. */
const messages = {
  ended: 'Your session has ended. Please sign in again.',
  reset: 'Your password is changed. Sign in with the new one.',
  deleted: 'Your account is deleted, with all of its tasks.',
};

export default async function SignInPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  if (await authProvider().currentUser()) redirect('/tasks');
  const isSignOutPending = await authProvider().isSignOutPending();
  const query = await searchParams;
  const message = Object.entries(messages).find(([name]) => query[name] !== undefined)?.[1];
  return (
    <div className="card card-narrow">
      <h1>Sign in</h1>
      {message && <Notice>{message}</Notice>}
      {isSignOutPending && (
        <Notice>
          You are signed out on this device. The service could not be reached to end the session everywhere: this app tries again at your next visit.
        </Notice>
      )}
      <SignInForm />
      {authProvider().hasAccountPages && <p className="after-form"><Link href="/forgot-password" prefetch={false}>Forgot your password?</Link></p>}
      <p className="card-footer">New here? <Link href="/sign-up" prefetch={false}>Create an account</Link></p>
    </div>
  );
}
