import type { Metadata } from 'next';
import { Notice } from '@/components/notice';
import { authProvider } from '@/lib/auth';
import { PasswordForm } from '../forms';

export const metadata: Metadata = { title: 'Your password' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function PasswordPage({ searchParams }: Props) {
  return (
    <>
      <h1>Your password</h1>
      {'done' in (await searchParams) && <Notice>Your password is changed. All other devices are signed out.</Notice>}
      <PasswordForm passwordRules={authProvider().passwordRules} />
    </>
  );
}
