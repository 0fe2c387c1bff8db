// The signed-in user's account in the Worker: one function for each operation of the API.

import 'server-only';
import { toResult, type ApiResult, type User } from './api/client';
import type { components } from './api/schema';
import { startSession } from './auth/worker-session';
import { decodeClaims } from './auth/worker-cookies';
import { fetchExport } from './cloudflare';
import { requireToken, signedInClient } from './session';

export type ActiveSession = components['schemas']['ActiveSession'];

export async function readProfile(): Promise<ApiResult<User>> {
  return toResult((await signedInClient()).GET('/api/users/{user_id}/profile', await ownPath()));
}

export async function changeName(name: string | null): Promise<ApiResult<User>> {
  return toResult((await signedInClient()).PATCH('/api/users/{user_id}/profile', { ...(await ownPath()), body: { name } }));
}

/** Also starts the new session that the change opens: all others, this one included, have ended. */
export async function changePassword(body: components['schemas']['PasswordChange']): Promise<ApiResult<unknown>> {
  const result = await toResult((await signedInClient()).POST('/api/auth/password', { body }));
  if (!result.error) await startSession(result.data);
  return result;
}

export async function changeEmail(body: components['schemas']['EmailChange']): Promise<ApiResult<unknown>> {
  return toResult((await signedInClient()).POST('/api/auth/email', { body }));
}

export async function requestVerification(): Promise<ApiResult<unknown>> {
  return toResult((await signedInClient()).POST('/api/auth/email/verification'));
}

export async function listSessions(): Promise<ApiResult<ActiveSession[]>> {
  return toResult((await signedInClient()).GET('/api/auth/sessions'));
}

export async function endSession(id: string): Promise<ApiResult<unknown>> {
  return toResult((await signedInClient()).DELETE('/api/auth/sessions/{session_id}', { params: { path: { session_id: id } } }));
}

export async function endOtherSessions(): Promise<ApiResult<unknown>> {
  return toResult((await signedInClient()).DELETE('/api/auth/sessions'));
}

/** Returns the export as a stream, so that it may be larger than this server's memory. */
export async function exportAccount(): Promise<ApiResult<ReadableStream<Uint8Array> | null>> {
  return toResult((await signedInClient()).GET('/api/auth/account/export', { parseAs: 'stream', fetch: fetchExport }));
}

export async function deleteAccount(password: string): Promise<ApiResult<unknown>> {
  return toResult((await signedInClient()).POST('/api/auth/account/delete', { body: { password } }));
}

async function ownPath() {
  return { params: { path: { user_id: String(decodeClaims(await requireToken()).sub) } } };
}
