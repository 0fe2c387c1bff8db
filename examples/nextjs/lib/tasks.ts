// The tasks of whoever is signed in.

import 'server-only';
import { headers } from 'next/headers';
import { answer, api, type Answer, type Task } from './api/client';
import type { components } from './api/schema';
import { auth } from './auth';
import { bookmark, keepBookmark } from './d1-bookmark';
import { requireToken } from './session';

export interface TaskPage {
  tasks: Task[];
  /** Where the next page begins, as the API told it. */
  next?: string;
}

const pageSize = 20;

export async function listTasks(completed?: boolean, after?: string): Promise<Answer<TaskPage>> {
  const query = { order: 'desc' as const, limit: pageSize, completed, after };
  const answered = await judged(answer((await client()).GET('/api/tasks', { params: { query }, headers: await bookmark() })));
  if (answered.problem) return answered;
  return { data: { tasks: answered.data, next: nextCursor(answered.response) }, response: answered.response };
}

export async function readTask(id: string): Promise<Answer<Task>> {
  return judged(answer((await client()).GET('/api/tasks/{task_id}', { params: { path: { task_id: id } }, headers: await bookmark() })));
}

export async function createTask(body: components['schemas']['NewTask']): Promise<Answer<unknown>> {
  return written(answer((await client()).POST('/api/tasks', { body })));
}

export async function changeTask(id: string, body: components['schemas']['TaskChanges']): Promise<Answer<unknown>> {
  return written(answer((await client()).PATCH('/api/tasks/{task_id}', { params: { path: { task_id: id } }, body })));
}

export async function deleteTask(id: string): Promise<Answer<unknown>> {
  return written(answer((await client()).DELETE('/api/tasks/{task_id}', { params: { path: { task_id: id } } })));
}

async function client() {
  return api(await headers(), await requireToken());
}

async function judged<Data>(awaited: Promise<Answer<Data>>): Promise<Answer<Data>> {
  const answered = await awaited;
  return answered.problem?.kind === 'unauthorized' ? { problem: auth().refusal() } : answered;
}

async function written<Data>(awaited: Promise<Answer<Data>>): Promise<Answer<Data>> {
  const answered = await judged(awaited);
  if (!answered.problem) await keepBookmark(answered.response);
  return answered;
}

function nextCursor(response: Response): string | undefined {
  const link = response.headers.get('Link')?.match(/<([^>]*)>;\s*rel="next"/)?.[1];
  return (link && new URL(link, response.url).searchParams.get('after')) ?? undefined;
}
