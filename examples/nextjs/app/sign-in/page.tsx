import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { authProvider } from '@/lib/auth';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ ended?: string }> }) {
  if (await authProvider().currentUser()) redirect('/tasks');
  const isSignOutPending = await authProvider().isSignOutPending();
  const hasEnded = (await searchParams).ended !== undefined;
  return (
    <div className="card card-narrow">
      <h1>Sign in</h1>
      {hasEnded && <p role="status" className="notice">Your session has ended. Please sign in again.</p>}
      {isSignOutPending && (
        <p role="status" className="notice">
          You are signed out on this device. The service could not be reached to end the session everywhere: this app tries again at your next visit.
        </p>
      )}
      <SignInForm />
      <p className="card-footer">New here? <Link href="/sign-up" prefetch={false}>Create an account</Link></p>
    </div>
  );
}
