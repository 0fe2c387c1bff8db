import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { authProvider } from '@/lib/auth';
import { SignUpForm } from './sign-up-form';

export const metadata: Metadata = { title: 'Create your account' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SignUpPage({ searchParams }: Props) {
  if (await authProvider().currentUser()) redirect('/tasks');
  if ('sent' in (await searchParams)) return <CheckEmail />;
  return (
    <div className="card card-narrow">
      <h1>Create your account</h1>
      <SignUpForm passwordRules={authProvider().passwordRules} />
      <p className="card-footer">Already have an account? <Link href="/sign-in" prefetch={false}>Sign in</Link></p>
    </div>
  );
}

/** The same for every address, so that nobody learns here who has an account. */
function CheckEmail() {
  return (
    <div className="card card-narrow">
      <h1>Check your email</h1>
      <p>We have sent you an email. Open the link in it to finish signing up: it works for 24 hours.</p>
      <p>Nothing there? Look in your spam folder, or <Link href="/sign-up" prefetch={false}>try again</Link>.</p>
    </div>
  );
}
