// The signed-in user's tasks: one function for each operation of the API.

import 'server-only';
import { headers } from 'next/headers';
import { apiClient, toResult, type ApiResult, type Task } from './api/client';
import type { components } from './api/schema';
import { authProvider } from './auth';
import { bookmarkHeaders, saveBookmark } from './d1-bookmark';
import { requireToken } from './session';

export interface TaskPage {
  tasks: Task[];
  /** The cursor of the next page, from the `Link` header. */
  next?: string;
}

const pageSize = 20;

export async function listTasks(completed?: boolean, after?: string): Promise<ApiResult<TaskPage>> {
  const query = { order: 'desc' as const, limit: pageSize, completed, after };
  const result = await taskResult(toResult((await taskClient()).GET('/api/tasks', { params: { query }, headers: await bookmarkHeaders() })));
  if (result.error) return result;
  return { data: { tasks: result.data, next: nextCursor(result.response) }, response: result.response };
}

export async function readTask(id: string): Promise<ApiResult<Task>> {
  const request = { params: { path: { task_id: id } }, headers: await bookmarkHeaders() };
  return taskResult(toResult((await taskClient()).GET('/api/tasks/{task_id}', request)));
}

export async function createTask(body: components['schemas']['NewTask']): Promise<ApiResult<unknown>> {
  return writeResult(toResult((await taskClient()).POST('/api/tasks', { body })));
}

export async function changeTask(id: string, body: components['schemas']['TaskChanges']): Promise<ApiResult<unknown>> {
  return writeResult(toResult((await taskClient()).PATCH('/api/tasks/{task_id}', { params: { path: { task_id: id } }, body })));
}

export async function deleteTask(id: string): Promise<ApiResult<unknown>> {
  return writeResult(toResult((await taskClient()).DELETE('/api/tasks/{task_id}', { params: { path: { task_id: id } } })));
}

async function taskClient() {
  return apiClient(await headers(), await requireToken());
}

/** What a 401 means depends on the issuer of the token: an ended session, or settings that do not match. */
async function taskResult<Data>(call: Promise<ApiResult<Data>>): Promise<ApiResult<Data>> {
  const result = await call;
  return result.error?.kind === 'unauthorized' ? { error: authProvider().tokenRejected() } : result;
}

async function writeResult<Data>(call: Promise<ApiResult<Data>>): Promise<ApiResult<Data>> {
  const result = await taskResult(call);
  if (!result.error) await saveBookmark(result.response);
  return result;
}

function nextCursor(response: Response): string | undefined {
  const link = response.headers.get('Link')?.match(/<([^>]*)>;\s*rel="next"/)?.[1];
  return (link && new URL(link, response.url).searchParams.get('after')) ?? undefined;
}
