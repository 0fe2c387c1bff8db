// What emails and their links do: one function for each operation of the API. None needs a signed-in user.

import 'server-only';
import { headers } from 'next/headers';
import { apiClient, toResult, type ApiResult } from './api/client';

export async function forgotPassword(email: string): Promise<ApiResult<unknown>> {
  return toResult(apiClient(await headers()).POST('/api/auth/password/forgot', { body: { email } }));
}

export async function resetPassword(token: string, password: string): Promise<ApiResult<unknown>> {
  return toResult(apiClient(await headers()).POST('/api/auth/password/reset', { body: { token, password } }));
}

/** Returns a token where the account gets its password only now, since its address was signed up more than once. */
export async function verifyEmail(token: string): Promise<ApiResult<{ reset_token: string } | undefined>> {
  return toResult(apiClient(await headers()).POST('/api/auth/email/verify', { body: { token } }));
}

export async function confirmEmail(token: string): Promise<ApiResult<unknown>> {
  return toResult(apiClient(await headers()).POST('/api/auth/email/confirm', { body: { token } }));
}
