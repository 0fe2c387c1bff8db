// Downloads the user's data. The stream of the Worker goes on to the browser as it arrives.

import { redirect } from 'next/navigation';
import { exportAccount } from '@/lib/account';
import { redirectPageIfUnauthorized, requireAccountPages } from '@/lib/session';

export async function GET(): Promise<Response> {
  requireAccountPages();
  const result = await exportAccount();
  redirectPageIfUnauthorized(result);
  if (result.error) redirect('/account/data?unavailable');
  return new Response(result.data, {
    headers: {
      'Content-Type': 'application/json',
      'Content-Disposition': 'attachment; filename="my-data.json"',
      'Cache-Control': 'private, no-store',
    },
  });
}
