import type { Metadata } from 'next';
import Link from 'next/link';
import { confirmAddress } from '@/app/link-actions';
import { ButtonForm } from '@/components/button-form';
import { LinkPage } from '@/components/link-page';
import { Notice } from '@/components/notice';

export const metadata: Metadata = { title: 'Change your email address' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ConfirmEmailPage({ searchParams }: Props) {
  const done = 'done' in (await searchParams) && (
    <>
      <Notice>Your email address is changed. Sign in with it from now on.</Notice>
      <p><Link href="/account/email" prefetch={false} className="button button-primary button-wide">Go to your account</Link></p>
    </>
  );
  const help = <>The link does not work? <Link href="/account/email" prefetch={false}>Get a new one</Link></>;
  return (
    <LinkPage path="/confirm-email" title="Change your email address" done={done} help={help}>
      <p>From now on you will sign in with this address.</p>
      <ButtonForm action={confirmAddress} className="button button-primary button-wide">Change my address</ButtonForm>
    </LinkPage>
  );
}
