import type { Metadata } from 'next';
import Link from 'next/link';
import { LinkPage } from '@/components/link-page';
import { Notice } from '@/components/notice';
import { authProvider } from '@/lib/auth';
import { ResetPasswordForm } from './reset-password-form';

export const metadata: Metadata = { title: 'Set a new password' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ResetPasswordPage({ searchParams }: Props) {
  const isNewAccount = 'new' in (await searchParams);
  const help = <>The link does not work? <Link href="/forgot-password" prefetch={false}>Get a new one</Link></>;
  return (
    <LinkPage path="/reset-password" title="Set a new password" help={help}>
      {isNewAccount && <Notice>Your email address is verified. It was signed up more than once, so choose your password now.</Notice>}
      <ResetPasswordForm passwordRules={authProvider().passwordRules} />
    </LinkPage>
  );
}
