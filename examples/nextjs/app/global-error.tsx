'use client';
// The same for a fault in the frame itself, which is then not there.

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
