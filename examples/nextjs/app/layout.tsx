// Root layout of every page: language, landmarks, and a skip link for keyboard users.

import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Header } from '@/components/header';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Edge Tasks', template: '%s · Edge Tasks' },
  description: 'A task list on Next.js, in front of a Cloudflare Worker that stores the accounts and the tasks.',
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#171b24' },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <a href="#content" className="skip-link">Skip to content</a>
        <Header />
        <main id="content" tabIndex={-1}>{children}</main>
      </body>
    </html>
  );
}
