// Shown when the session cannot be checked because the Worker is unreachable: proxy.ts rewrites the requested page to this
// one. Any other request for this path is redirected by proxy.ts.

import type { Metadata } from 'next';
import { ServiceUnavailable } from '@/components/service-unavailable';

export const metadata: Metadata = { title: 'Not available' };

export default function SessionCheckPage() {
  return (
    <>
      <h1>Not available</h1>
      <ServiceUnavailable retry="" />
    </>
  );
}
