'use server';
// Making, changing and deleting tasks. Each action asks for the session itself: it can be called without any page.

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { text } from '@/lib/form';
import { failed, type FormState } from '@/lib/request-error';
import { leaveActionIfOver } from '@/lib/session';
import { changeTask, createTask, deleteTask } from '@/lib/tasks';

export async function addTask(_: FormState, form: FormData): Promise<FormState> {
  const answer = await createTask({ title: text(form, 'title'), description: text(form, 'description') || null });
  await leaveActionIfOver(answer);
  if (answer.problem) return failed(answer.problem, form);
  // A redirect, so that reloading the page does not add it again; to the first page, where the new task is.
  redirect('/tasks');
}

export async function saveTask(_: FormState, form: FormData): Promise<FormState> {
  const answer = await changeTask(text(form, 'id'), {
    title: text(form, 'title'),
    description: text(form, 'description') || null,
    completed: form.has('completed'),
  });
  await leaveActionIfOver(answer);
  if (answer.problem) return failed(answer.problem, form);
  redirect('/tasks');
}

/** One form a task, whose buttons say what to do. Doing it twice does no harm, so the list is only drawn anew. */
export async function updateTask(_: FormState, form: FormData): Promise<FormState> {
  const id = text(form, 'id');
  const intent = text(form, 'intent');
  const answer = intent === 'delete' ? await deleteTask(id) : await changeTask(id, { completed: intent === 'complete' });
  await leaveActionIfOver(answer);
  refresh();
  // Who finds the task gone already sees it gone from the list.
  return answer.problem && answer.problem.kind !== 'not-found' ? failed(answer.problem, form) : {};
}
