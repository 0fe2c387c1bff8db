// Page header: brand, the signed-in user's email address, which leads to the account, and the sign-out button.

import Link from 'next/link';
import { signOut } from '@/app/actions';
import { SubmitButton } from '@/components/submit-button';
import { authProvider } from '@/lib/auth';

export async function Header() {
  const provider = authProvider();
  const user = await provider.currentUser();
  return (
    <header className="site-header">
      <div className="site-header-inner">
        <Link href="/" className="brand" prefetch={false}>
          <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <rect width="24" height="24" rx="7" fill="currentColor" />
            <path className="brand-tick" d="M7 12.5l3.4 3.4L17.2 9" fill="none" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
          </svg>
          <span className="brand-name">Edge Tasks</span>
        </Link>
        {user && (
          <form action={signOut} className="account">
            {provider.hasAccountPages
              ? <Link href="/account" prefetch={false} className="account-email"><span className="visually-hidden">Your account: </span>{user.email}</Link>
              : <span className="account-email">{user.email}</span>}
            <SubmitButton className="button button-quiet">Sign out</SubmitButton>
          </form>
        )}
      </div>
    </header>
  );
}
