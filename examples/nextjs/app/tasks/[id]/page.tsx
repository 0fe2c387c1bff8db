import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { ServiceAway } from '@/components/service-unavailable';
import { failed } from '@/lib/request-error';
import { leavePageIfOver, requireUser } from '@/lib/session';
import { readTask } from '@/lib/tasks';
import { TaskForm } from './task-form';

export const metadata: Metadata = { title: 'Edit task' };

export default async function TaskPage({ params }: { params: Promise<{ id: string }> }) {
  await requireUser();
  const { id } = await params;
  const answer = await readTask(id);
  leavePageIfOver(answer);
  // Not `notFound()`: its page is empty without JavaScript. At an address that leads nowhere, it is whole.
  if (answer.problem?.kind === 'not-found') redirect('/not-found');

  return (
    <>
      <h1>Edit task</h1>
      {answer.problem
        ? <ServiceAway retry={`/tasks/${encodeURIComponent(id)}`} message={failed(answer.problem, new FormData()).message} />
        : <TaskForm task={answer.data} />}
      <Link href="/tasks" prefetch={false} className="back">Back to your tasks</Link>
    </>
  );
}
