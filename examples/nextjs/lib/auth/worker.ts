// Mode `worker`: the Worker holds accounts and sessions, and this server keeps its tokens in cookies.

import 'server-only';
import { cookies, headers } from 'next/headers';
import { apiClient, toResult } from '@/lib/api/client';
import type { AuthProvider } from './auth-provider';
import { deviceToken } from './device-token';
import { accessCookie, decodeClaims, expiredCookies, refreshCookie } from './worker-cookies';
import { refreshSession } from './worker-refresh';
import { startSession } from './worker-session';
import { isSignOutPending, retrySignOut, signOutAtWorker } from './worker-sign-out';

export const workerProvider: AuthProvider = {
  hasAccountPages: true,
  passwordRules: 'At least 8 characters, with an upper-case letter, a lower-case letter and a digit. Common passwords are refused.',

  async signUp({ email, password, name }) {
    const body = { email, password, ...(name && { name }) };
    const { data, error } = await toResult(apiClient(await headers()).POST('/api/auth/signup', { body }));
    if (error) return { error };
    if (!('access_token' in data)) return { isEmailSent: true };
    await startSession(data);
    return { isEmailSent: false };
  },

  async signIn(credentials) {
    const device_token = await deviceToken();
    const body = { ...credentials, ...(device_token && { device_token }) };
    const { data, error } = await toResult(apiClient(await headers()).POST('/api/auth/signin', { body }));
    if (error) return error.kind === 'unauthorized' ? { kind: 'invalid-credentials' } : error;
    await startSession(data);
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
    const { email, role } = decodeClaims(token ?? '');
    return typeof email === 'string' ? { email, isAdmin: role === 'admin' } : undefined;
  },

  async accessToken() {
    return (await cookies()).get(accessCookie)?.value;
  },

  tokenRejected: () => ({ kind: 'unauthorized' }),

  async publicKeys() {
    return undefined;
  },

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
