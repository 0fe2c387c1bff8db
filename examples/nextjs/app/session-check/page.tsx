// Seen only when nobody can tell whether the session is still good: proxy.ts shows it in the place of the page asked for,
// and otherwise answers for this address itself.

import type { Metadata } from 'next';
import { ServiceAway } from '@/components/service-unavailable';

export const metadata: Metadata = { title: 'Not available' };

export default function SessionCheckPage() {
  return (
    <>
      <h1>Not available</h1>
      <ServiceAway retry="" />
    </>
  );
}
