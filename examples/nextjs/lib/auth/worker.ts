// Mode `worker`: the Worker holds accounts and sessions, and this server keeps its tokens in cookies.

import 'server-only';
import { cookies, headers } from 'next/headers';
import { apiClient, toResult, type ApiResult, type Tokens } from '@/lib/api/client';
import type { RequestError } from '@/lib/request-error';
import type { AuthProvider } from './auth-provider';
import { accessCookie, decodeClaims, expiredCookies, refreshCookie, tokenCookies } from './worker-cookies';
import { refreshSession } from './worker-refresh';
import { isSignOutPending, retrySignOut, signOutAtWorker } from './worker-sign-out';

export const workerProvider: AuthProvider = {
  passwordRules: 'At least 8 characters, with an upper-case letter, a lower-case letter and a digit. Common passwords are refused.',

  async signUp({ email, password, name }) {
    const body = { email, password, ...(name && { name }) };
    const result = await toResult(apiClient(await headers()).POST('/api/auth/signup', { body }));
    if (result.error) return result.error;
    // With `EMAIL_VERIFICATION=required` there is no session before the address is verified.
    return 'access_token' in result.data ? startSession({ ...result, data: result.data }) : { kind: 'unavailable' };
  },

  async signIn(body) {
    const error = await startSession(await toResult(apiClient(await headers()).POST('/api/auth/signin', { body })));
    return error?.kind === 'unauthorized' ? { kind: 'invalid-credentials' } : error;
  },

  async signOut() {
    const jar = await cookies();
    const pending = await signOutAtWorker(await headers(), jar.get(accessCookie)?.value, jar.get(refreshCookie)?.value);
    await this.clearSession();
    pending.forEach((cookie) => jar.set(cookie));
  },

  async isSignOutPending() {
    return isSignOutPending(await cookies());
  },

  async clearSession() {
    const jar = await cookies();
    expiredCookies.forEach((cookie) => jar.set(cookie));
  },

  /** For display only, from an unverified token: the Worker verifies it at every call. */
  async currentUser() {
    const token = await this.accessToken();
    const email = token && decodeClaims(token).email;
    return typeof email === 'string' ? { email } : undefined;
  },

  async accessToken() {
    return (await cookies()).get(accessCookie)?.value;
  },

  tokenRejected: () => ({ kind: 'unauthorized' }),

  async refreshSession(request, mustCheck) {
    const [refresh, deletePending] = await Promise.all([refreshSession(request, mustCheck), retrySignOut(request)]);
    return {
      ...refresh,
      setCookies(response) {
        refresh.setCookies(response);
        deletePending(response);
      },
    };
  },
};

async function startSession({ data, error }: ApiResult<Tokens>): Promise<RequestError | undefined> {
  if (error) return error;
  const jar = await cookies();
  tokenCookies(data).forEach((cookie) => jar.set(cookie));
}
