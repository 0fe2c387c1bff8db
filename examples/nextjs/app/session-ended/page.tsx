// Where a refused page sends the browser. proxy.ts answers with a redirect if it can tell whether the session is over;
// this page is seen only when nobody can be asked.

import type { Metadata } from 'next';
import { ServiceAway } from '@/components/service-away';
import { requireUser } from '@/lib/session';

export const metadata: Metadata = { title: 'Not available' };

export default async function SessionEndedPage() {
  await requireUser();
  return (
    <>
      <h1>Not available</h1>
      <ServiceAway retry="/tasks" />
    </>
  );
}
