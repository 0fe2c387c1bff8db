import type { Metadata } from 'next';
import Link from 'next/link';
import { requireAccountPages } from '@/lib/session';
import { ForgotPasswordForm } from './forgot-password-form';

export const metadata: Metadata = { title: 'Forgot your password?' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ForgotPasswordPage({ searchParams }: Props) {
  requireAccountPages();
  const isSent = 'sent' in (await searchParams);
  return (
    <div className="card card-narrow">
      <h1>{isSent ? 'Check your email' : 'Forgot your password?'}</h1>
      {isSent
        ? <p>If that address has an account, an email is on its way. Its link works for 30 minutes.</p>
        : <ForgotPasswordForm />}
      <p className="card-footer"><Link href="/sign-in" prefetch={false}>Back to sign-in</Link></p>
    </div>
  );
}
