// All users, for administrators: one function for each operation of the API.

import 'server-only';
import { toResult, type ApiResult } from './api/client';
import { nextCursor } from './api/pages';
import type { components } from './api/schema';
import { signedInClient } from './session';

export type ManagedUser = components['schemas']['ManagedUser'];

export interface UserPage {
  users: ManagedUser[];
  /** The cursor of the next page, from the `Link` header. */
  next?: string;
}

const pageSize = 20;

export async function listUsers(email?: string, after?: string): Promise<ApiResult<UserPage>> {
  const query = { limit: pageSize, email: email || undefined, after };
  const result = await toResult((await signedInClient()).GET('/api/admin/users', { params: { query } }));
  if (result.error) return result;
  return { data: { users: result.data, next: nextCursor(result.response) }, response: result.response };
}

export async function suspendUser(id: string, suspended: boolean): Promise<ApiResult<unknown>> {
  return toResult((await signedInClient()).PATCH('/api/admin/users/{user_id}', { ...pathOf(id), body: { suspended } }));
}

export async function endUserSessions(id: string): Promise<ApiResult<unknown>> {
  return toResult((await signedInClient()).DELETE('/api/admin/users/{user_id}/sessions', pathOf(id)));
}

const pathOf = (id: string) => ({ params: { path: { user_id: id } } });
