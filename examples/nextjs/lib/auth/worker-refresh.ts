// Refreshes the Worker's tokens. A refresh token works once, so all requests with the same one share one refresh. Its result
// is kept for ten seconds, for requests that the browser sent before it received the new cookies. Other processes of this app
// rely on the Worker, which accepts a rotated refresh token for the same ten seconds. So does this app as a Cloudflare Worker,
// where a request cannot await a promise of another one.

import type { NextRequest } from 'next/server';
import { apiClient, toResult, type ApiResult, type Tokens } from '@/lib/api/client';
import { isCloudflareWorker } from '@/lib/cloudflare';
import { unchanged, type SessionRefresh } from './auth-provider';
import { accessCookie, expiredCookies, isFresh, refreshCookie, tokenCookies } from './worker-cookies';

const resultLifetime = 10_000;
const refreshes = new Map<string, Promise<ApiResult<Tokens>>>();

export async function refreshSession(request: NextRequest, mustCheck: boolean): Promise<SessionRefresh> {
  const access = request.cookies.get(accessCookie)?.value;
  const refresh = request.cookies.get(refreshCookie)?.value;
  // Never refresh an active session early, even with `mustCheck`: any website can send a browser to the path that checks, and
  // a refresh whose response is lost ends the session.
  if (isFresh(access) && (!mustCheck || (await isActive(access, request.headers)))) return unchanged;
  if (!refresh) return access ? replaceCookies(request, 'ended', expiredCookies) : unchanged;

  const { data, error } = await refreshOnce(refresh, request.headers);
  if (data) return replaceCookies(request, 'refreshed', tokenCookies(data));
  // Only a rejected refresh token ends the session. An unreachable or overloaded Worker does not.
  const isRejected = error.kind === 'unauthorized' || error.kind === 'invalid-fields';
  return isRejected ? replaceCookies(request, 'ended', expiredCookies) : { ...unchanged, state: 'unreachable' };
}

async function isActive(token: string | undefined, headers: Headers): Promise<boolean> {
  const { data } = await toResult(apiClient(headers, token).GET('/api/auth/session'));
  return Boolean(data?.user);
}

function refreshOnce(token: string, headers: Headers): Promise<ApiResult<Tokens>> {
  const pending = refreshes.get(token);
  if (pending) return pending;
  const refresh = toResult(apiClient(headers).POST('/api/auth/refresh', { body: { refresh_token: token } }));
  if (isCloudflareWorker) return refresh;
  refreshes.set(token, refresh);
  void refresh.then(({ data }) => setTimeout(() => refreshes.delete(token), data ? resultLifetime : 0).unref());
  return refresh;
}

/** Sets the cookies on the request as well, so that the page rendered for it reads the new ones. */
function replaceCookies(
  request: NextRequest,
  state: SessionRefresh['state'],
  cookies: ReturnType<typeof tokenCookies> | typeof expiredCookies,
): SessionRefresh {
  for (const { name, value } of cookies) {
    if (value) request.cookies.set(name, value);
    else request.cookies.delete(name);
  }
  return { state, setCookies: (response) => cookies.forEach((cookie) => response.cookies.set(cookie)) };
}
