import type { Metadata } from 'next';
import Link from 'next/link';
import { verifyAddress } from '@/app/link-actions';
import { ButtonForm } from '@/components/button-form';
import { LinkPage } from '@/components/link-page';
import { Notice } from '@/components/notice';

export const metadata: Metadata = { title: 'Verify your email address' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function VerifyEmailPage({ searchParams }: Props) {
  const done = 'done' in (await searchParams) && (
    <>
      <Notice>Your email address is verified.</Notice>
      <p><Link href="/tasks" prefetch={false} className="button button-primary button-wide">Go to your tasks</Link></p>
    </>
  );
  const help = <>The link does not work? <Link href="/sign-in" prefetch={false}>Sign in</Link> to get a new one.</>;
  return (
    <LinkPage path="/verify-email" title="Verify your email address" done={done} help={help}>
      <p>One click shows us that this address is yours.</p>
      <ButtonForm action={verifyAddress} className="button button-primary button-wide">Verify my address</ButtonForm>
    </LinkPage>
  );
}
