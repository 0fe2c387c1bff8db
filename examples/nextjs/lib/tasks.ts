// The signed-in user's tasks: one function for each operation of the API.

import 'server-only';
import { toResult, type ApiResult, type Task } from './api/client';
import { nextCursor } from './api/pages';
import type { components } from './api/schema';
import { authProvider } from './auth';
import { bookmarkHeaders, saveBookmark } from './d1-bookmark';
import { signedInClient } from './session';

export interface TaskPage {
  tasks: Task[];
  /** The cursor of the next page, from the `Link` header. */
  next?: string;
}

const pageSize = 20;

export async function listTasks(completed?: boolean, after?: string): Promise<ApiResult<TaskPage>> {
  const query = { order: 'desc' as const, limit: pageSize, completed, after };
  const result = await taskResult(toResult((await signedInClient()).GET('/api/tasks', { params: { query }, headers: await bookmarkHeaders() })));
  if (result.error) return result;
  return { data: { tasks: result.data, next: nextCursor(result.response) }, response: result.response };
}

export async function readTask(id: string): Promise<ApiResult<Task>> {
  const request = { params: { path: { task_id: id } }, headers: await bookmarkHeaders() };
  return taskResult(toResult((await signedInClient()).GET('/api/tasks/{task_id}', request)));
}

export async function createTask(body: components['schemas']['NewTask']): Promise<ApiResult<unknown>> {
  return writeResult(toResult((await signedInClient()).POST('/api/tasks', { body })));
}

export async function changeTask(id: string, body: components['schemas']['TaskChanges']): Promise<ApiResult<unknown>> {
  return writeResult(toResult((await signedInClient()).PATCH('/api/tasks/{task_id}', { params: { path: { task_id: id } }, body })));
}

export async function deleteTask(id: string): Promise<ApiResult<unknown>> {
  return writeResult(toResult((await signedInClient()).DELETE('/api/tasks/{task_id}', { params: { path: { task_id: id } } })));
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
