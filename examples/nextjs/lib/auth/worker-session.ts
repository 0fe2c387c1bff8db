// Stores the tokens of a session in this browser. For server actions only: a page cannot set cookies.

import 'server-only';
import { cookies, headers } from 'next/headers';
import { apiClient, toResult, type NewSession, type Tokens } from '@/lib/api/client';
import { saveDeviceToken } from './device-token';
import { refreshCookie, tokenCookies } from './worker-cookies';

export async function startSession(session: NewSession): Promise<void> {
  await saveTokens(session);
  await saveDeviceToken(session.device_token);
}

async function saveTokens(tokens: Tokens): Promise<void> {
  const jar = await cookies();
  tokenCookies(tokens).forEach((cookie) => jar.set(cookie));
}

/** Gets tokens with the user's present email address, which the pages show. */
export async function renewTokens(): Promise<void> {
  const refresh = (await cookies()).get(refreshCookie)?.value;
  if (!refresh) return;
  const { data } = await toResult(apiClient(await headers()).POST('/api/auth/refresh', { body: { refresh_token: refresh } }));
  if (data) await saveTokens(data);
}
