'use client';
// Error boundary for errors in the root layout, which it replaces (hence <html> and <body>).

import './globals.css';
import ErrorPage from './error';

export default function GlobalError(props: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main><ErrorPage {...props} /></main>
      </body>
    </html>
  );
}
