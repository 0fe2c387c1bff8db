'use client';
// The list of tasks.

import Link from 'next/link';
import { Form } from '@/components/form';
import { ShrinkingList } from '@/components/shrinking-list';
import { SubmitButton } from '@/components/submit-button';
import type { Task } from '@/lib/api/client';
import { updateTask } from './actions';

export type ListedTask = Pick<Task, 'id' | 'title' | 'description' | 'completed'>;

export function TaskList({ tasks, empty }: { tasks: ListedTask[]; empty: string }) {
  return (
    <ShrinkingList label="Tasks" count={tasks.length}>
      {tasks.length === 0 && <p className="empty">{empty}</p>}
      {tasks.length > 0 && <ul className="tasks">{tasks.map((task) => <TaskItem key={task.id} task={task} />)}</ul>}
    </ShrinkingList>
  );
}

function TaskItem({ task: { id, title, description, completed } }: { task: ListedTask }) {
  const name = `“${title}”`;
  return (
    <li className={completed ? 'card task task-done' : 'card task'}>
      <Form action={updateTask} className="task-form">
        {() => (
          <>
            <input type="hidden" name="id" value={id} />
            <SubmitButton name="intent" value={completed ? 'reopen' : 'complete'} className="tick" aria-label={`Mark ${name} as ${completed ? 'open' : 'done'}`}>
              <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
                <circle cx="12" cy="12" r="10" strokeWidth="2" />
                <path d="M7.5 12.4l3 3 6-6.4" fill="none" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
              </svg>
            </SubmitButton>
            <div className="task-text">
              <p className="task-title">{title}{completed && <span className="visually-hidden"> (done)</span>}</p>
              {description && <p className="task-description">{description}</p>}
            </div>
            <div className="task-buttons">
              <Link href={`/tasks/${id}`} prefetch={false} className="button button-quiet" aria-label={`Edit ${name}`}>Edit</Link>
              <SubmitButton name="intent" value="delete" className="button button-quiet button-danger" aria-label={`Delete ${name}`}>Delete</SubmitButton>
            </div>
          </>
        )}
      </Form>
    </li>
  );
}
