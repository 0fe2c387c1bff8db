import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { ServiceUnavailable } from '@/components/service-unavailable';
import { errorMessage } from '@/lib/request-error';
import { redirectPageIfUnauthorized, requireUser } from '@/lib/session';
import { listTasks } from '@/lib/tasks';
import { NewTaskForm } from './new-task-form';
import { TaskList } from './task-list';

export const metadata: Metadata = { title: 'Your tasks' };

const filters = [
  { name: 'All', path: '/tasks', show: undefined, completed: undefined, empty: 'No tasks yet. Add your first one above.' },
  { name: 'Open', path: '/tasks?show=open', show: 'open', completed: false, empty: 'Nothing is open. Well done!' },
  { name: 'Done', path: '/tasks?show=done', show: 'done', completed: true, empty: 'Nothing is done yet.' },
];

interface Props {
  searchParams: Promise<{ show?: string | string[]; after?: string | string[] }>;
}

export default async function TasksPage({ searchParams }: Props) {
  await requireUser();
  const { show, after } = await searchParams;
  const filter = filters.find((each) => each.show === show) ?? filters[0]!;
  const cursor = typeof after === 'string' ? after : undefined;
  const result = await listTasks(filter.completed, cursor);
  redirectPageIfUnauthorized(result);
  // The cursor in the URL is not one that the API returned: start from the first page.
  if (result.error?.kind === 'invalid-fields') redirect(filter.path);

  return (
    <>
      <h1>Your tasks</h1>
      <NewTaskForm />
      <nav aria-label="Filter" className="filter">
        {filters.map(({ name, path }) => (
          <Link key={name} href={path} prefetch={false} aria-current={path === filter.path ? 'page' : undefined}>{name}</Link>
        ))}
      </nav>
      {result.error
        ? <ServiceUnavailable retry={filter.path} message={errorMessage(result.error).message} />
        : <TaskList tasks={result.data.tasks} empty={cursor ? 'There are no more tasks.' : filter.empty} />}
      {(cursor || result.data?.next) && (
        <nav aria-label="Pages" className="pages">
          {cursor && <Link href={filter.path} prefetch={false} className="button">First page</Link>}
          {result.data?.next && <Link href={withCursor(filter.path, result.data.next)} prefetch={false} className="button">Next page</Link>}
        </nav>
      )}
    </>
  );
}

const withCursor = (path: string, after: string) =>
  `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ after })}`;
