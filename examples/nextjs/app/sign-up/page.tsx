import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { authProvider } from '@/lib/auth';
import { SignUpForm } from './sign-up-form';

export const metadata: Metadata = { title: 'Create your account' };

export default async function SignUpPage() {
  if (await authProvider().currentUser()) redirect('/tasks');
  return (
    <div className="card card-narrow">
      <h1>Create your account</h1>
      <SignUpForm passwordRules={authProvider().passwordRules} />
      <p className="card-footer">Already have an account? <Link href="/sign-in" prefetch={false}>Sign in</Link></p>
    </div>
  );
}
