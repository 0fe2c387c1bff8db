import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { ServiceUnavailable } from '@/components/service-unavailable';
import { errorMessage } from '@/lib/request-error';
import { redirectPageIfUnauthorized, requireUser } from '@/lib/session';
import { readTask } from '@/lib/tasks';
import { TaskForm } from './task-form';

export const metadata: Metadata = { title: 'Edit task' };

export default async function TaskPage({ params }: { params: Promise<{ id: string }> }) {
  await requireUser();
  const { id } = await params;
  const result = await readTask(id);
  redirectPageIfUnauthorized(result);
  // Not `notFound()`: the page it renders is empty without JavaScript, whereas a path without a route gets the complete page.
  if (result.error?.kind === 'not-found') redirect('/not-found');

  return (
    <>
      <h1>Edit task</h1>
      {result.error
        ? <ServiceUnavailable retry={`/tasks/${encodeURIComponent(id)}`} message={errorMessage(result.error).message} />
        : <TaskForm task={result.data} />}
      <Link href="/tasks" prefetch={false} className="back">Back to your tasks</Link>
    </>
  );
}
