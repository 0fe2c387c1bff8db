'use client';
// The links between the account's pages; a client component, since it marks the page that is open.

import Link from 'next/link';
import { usePathname } from 'next/navigation';

const pages = [
  { path: '/account', name: 'Profile' },
  { path: '/account/email', name: 'Email' },
  { path: '/account/password', name: 'Password' },
  { path: '/account/sessions', name: 'Devices' },
  { path: '/account/data', name: 'Your data' },
];

export function AccountNav({ isAdmin }: { isAdmin: boolean }) {
  const current = usePathname();
  const shown = isAdmin ? [...pages, { path: '/admin', name: 'All users' }] : pages;
  return (
    <nav aria-label="Account" className="filter account-nav">
      {shown.map(({ path, name }) => (
        <Link key={path} href={path} prefetch={false} aria-current={path === current ? 'page' : undefined}>{name}</Link>
      ))}
    </nav>
  );
}
