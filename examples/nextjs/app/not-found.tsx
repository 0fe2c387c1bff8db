import type { Metadata } from 'next';
import Link from 'next/link';

export const metadata: Metadata = { title: 'Page not found' };

export default function NotFound() {
  return (
    <div className="card card-narrow">
      <h1>Page not found</h1>
      <p>There is nothing at this address. It may have been deleted, or the link may be wrong.</p>
      <p><Link href="/" prefetch={false} className="button">Back to the start</Link></p>
    </div>
  );
}
