// The account's pages and the links between them. Only where the accounts are in the Worker.

import type { ReactNode } from 'react';
import { AccountNav } from '@/components/account-nav';
import { requireAccountPages, requireUser } from '@/lib/session';

export default async function AccountLayout({ children }: { children: ReactNode }) {
  requireAccountPages();
  const { isAdmin } = await requireUser();
  return (
    <>
      <AccountNav isAdmin={isAdmin} />
      {children}
    </>
  );
}
