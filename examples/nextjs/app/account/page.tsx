import type { Metadata } from 'next';
import { ServiceUnavailable } from '@/components/service-unavailable';
import { readProfile } from '@/lib/account';
import { formatDay } from '@/lib/format';
import { errorMessage } from '@/lib/request-error';
import { redirectPageIfUnauthorized } from '@/lib/session';
import { NameForm } from './forms';

export const metadata: Metadata = { title: 'Your profile' };

export default async function ProfilePage() {
  const result = await readProfile();
  redirectPageIfUnauthorized(result);
  return (
    <>
      <h1>Your profile</h1>
      {result.error
        ? <ServiceUnavailable retry="/account" message={errorMessage(result.error).message} />
        : (
          <>
            <NameForm name={result.data.name ?? ''} />
            <p className="after-card">You signed up on {formatDay(result.data.created_at)} and sign in with {result.data.email}.</p>
          </>
        )}
    </>
  );
}
