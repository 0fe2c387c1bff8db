// Refreshes the Worker's tokens. A refresh token works once, so that all requests that come with the same one share one
// refresh; its result is kept for ten seconds, for those that were on their way when the cookies changed.
// (The Worker gives the same ten seconds to other processes of this app.)

import type { NextRequest } from 'next/server';
import { answer, api, type Answer, type Tokens } from '@/lib/api/client';
import { kept, type Renewal } from './auth-provider';
import { accessCookie, cookiesOf, deletions, isFresh, refreshCookie } from './worker-cookies';

const keepFor = 10_000;
const refreshes = new Map<string, Promise<Answer<Tokens>>>();

export async function renew(request: NextRequest, now: boolean): Promise<Renewal> {
  const access = request.cookies.get(accessCookie)?.value;
  const refresh = request.cookies.get(refreshCookie)?.value;
  // Not even `now` refreshes what is good: any website can lead a browser here, and a refresh whose answer is lost costs the session.
  if (isFresh(access) && (!now || (await isLive(access, request.headers)))) return kept;
  if (!refresh) return access ? replace(request, 'ended', deletions) : kept;

  const { data, problem } = await refreshOnce(refresh, request.headers);
  if (data) return replace(request, 'renewed', cookiesOf(data));
  // Only the Worker's refusal ends a session: one that cannot be reached, or is too busy, does not.
  const isRefused = problem.kind === 'unauthorized' || problem.kind === 'fields';
  return isRefused ? replace(request, 'ended', deletions) : { ...kept, state: 'unreachable' };
}

async function isLive(token: string | undefined, headers: Headers): Promise<boolean> {
  const { data } = await answer(api(headers, token).GET('/api/auth/session'));
  return Boolean(data?.user);
}

function refreshOnce(token: string, headers: Headers): Promise<Answer<Tokens>> {
  const running = refreshes.get(token);
  if (running) return running;
  const refresh = answer(api(headers).POST('/api/auth/refresh', { body: { refresh_token: token } }));
  refreshes.set(token, refresh);
  void refresh.then(({ data }) => setTimeout(() => refreshes.delete(token), data ? keepFor : 0).unref());
  return refresh;
}

/** The page that is rendered in this very request sees the new cookies too. */
function replace(request: NextRequest, state: Renewal['state'], cookies: ReturnType<typeof cookiesOf> | typeof deletions): Renewal {
  for (const { name, value } of cookies) {
    if (value) request.cookies.set(name, value);
    else request.cookies.delete(name);
  }
  return { state, write: (response) => cookies.forEach((cookie) => response.cookies.set(cookie)) };
}
