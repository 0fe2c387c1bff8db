import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { ServiceUnavailable } from '@/components/service-unavailable';
import { formatDay } from '@/lib/format';
import { errorMessage } from '@/lib/request-error';
import { redirectPageIfUnauthorized, requireUser } from '@/lib/session';
import { listUsers } from '@/lib/users';
import { UserItem } from './user-item';

export const metadata: Metadata = { title: 'All users' };

interface Props {
  searchParams: Promise<{ email?: string | string[]; after?: string | string[] }>;
}

export default async function UsersPage({ searchParams }: Props) {
  const self = await requireUser();
  const { email, after } = await searchParams;
  const address = typeof email === 'string' ? email.trim() : '';
  const cursor = typeof after === 'string' ? after : undefined;
  const result = await listUsers(address, cursor);
  redirectPageIfUnauthorized(result);
  // Either the cursor in the URL is not one that the API returned, or what was searched for is no address.
  const isInvalid = result.error?.kind === 'invalid-fields';
  if (isInvalid && cursor) redirect('/admin');
  const users = result.data?.users ?? [];

  return (
    <>
      <h1>All users</h1>
      {/* A GET form, so that a search has an address of its own. */}
      <form action="/admin" role="search" className="search">
        <label htmlFor="email">Email address</label>
        <input id="email" name="email" type="email" autoComplete="off" defaultValue={address} />
        <button type="submit" className="button">Search</button>
      </form>
      {result.error && !isInvalid && <ServiceUnavailable retry="/admin" message={errorMessage(result.error).message} />}
      <section aria-label="Users">
        {users.length === 0 && (!result.error || isInvalid) && <p className="empty">{address ? 'There is no user with this address.' : 'There are no more users.'}</p>}
        {users.length > 0 && (
          <ul className="rows">
            {users.map((user) => <UserItem key={user.id} user={user} signedUp={formatDay(user.created_at)} isSelf={user.email === self.email} />)}
          </ul>
        )}
      </section>
      {(address || cursor || result.data?.next) && (
        <nav aria-label="Pages" className="pages">
          {(address || cursor) && <Link href="/admin" prefetch={false} className="button">{address ? 'All users' : 'First page'}</Link>}
          {result.data?.next && <Link href={`/admin?${new URLSearchParams({ after: result.data.next })}`} prefetch={false} className="button">Next page</Link>}
        </nav>
      )}
    </>
  );
}
