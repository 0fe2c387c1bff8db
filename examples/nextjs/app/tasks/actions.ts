'use server';
// Server actions that create, change and delete tasks. Each one checks the session itself, because an action can be called
// without loading a page.

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { errorState, textField, type FormState } from '@/lib/form';
import { redirectActionIfUnauthorized } from '@/lib/session';
import { changeTask, createTask, deleteTask } from '@/lib/tasks';

export async function addTask(_: FormState, form: FormData): Promise<FormState> {
  const result = await createTask({ title: textField(form, 'title'), description: textField(form, 'description') || null });
  await redirectActionIfUnauthorized(result);
  if (result.error) return errorState(result.error, form);
  // Redirect, so that reloading the page does not submit the form again; to the first page, which shows the new task.
  redirect('/tasks');
}

export async function saveTask(_: FormState, form: FormData): Promise<FormState> {
  const result = await changeTask(textField(form, 'id'), {
    title: textField(form, 'title'),
    description: textField(form, 'description') || null,
    completed: form.has('completed'),
  });
  await redirectActionIfUnauthorized(result);
  if (result.error) return errorState(result.error, form);
  redirect('/tasks');
}

/** Completes, reopens or deletes a task; the button's `intent` says which. Idempotent, so no redirect: the list is refreshed. */
export async function updateTask(_: FormState, form: FormData): Promise<FormState> {
  const id = textField(form, 'id');
  const intent = textField(form, 'intent');
  const result = intent === 'delete' ? await deleteTask(id) : await changeTask(id, { completed: intent === 'complete' });
  await redirectActionIfUnauthorized(result);
  refresh();
  // A task that does not exist any more needs no error: the refreshed list does not show it.
  return result.error && result.error.kind !== 'not-found' ? errorState(result.error, form) : {};
}
