// Mode `better-auth`: Better Auth holds accounts and sessions, and signs a short-lived token for each call to the Worker, which
// verifies it with the public key that this app serves, or with a shared secret.

import 'server-only';
import { isAPIError } from 'better-auth/api';
import { headers } from 'next/headers';
import { cache } from 'react';
import type { RequestError } from '@/lib/request-error';
import { unchanged, type AuthProvider } from './auth-provider';
import { requiredAtWorker, tokenAlgorithm } from './better-auth-tokens';

/** Loads Better Auth at the first use, because mode `worker` does not need it. */
const betterAuthServer = async () => (await import('./better-auth-server')).betterAuthServer();

const invalidEmail = 'Enter an email address like name@example.com.';
const cookieName = '__Secure-better-auth.session_token';

const session = cache(async () => {
  const { api } = await betterAuthServer();
  // `refreshSession` has already extended the session. Extending it here would fail, because a page cannot set cookies.
  return api.getSession({ headers: await headers(), query: { disableRefresh: true } });
});

export const betterAuthProvider: AuthProvider = {
  hasAccountPages: false,
  passwordRules: '8 to 128 characters.',

  async signUp({ email, password, name }) {
    // Both are part of a token, and a token must fit into a header.
    if (email.trim().length > 254) return { error: { kind: 'invalid-fields', fields: { email: invalidEmail } } };
    if (name.length > 100) return { error: { kind: 'invalid-fields', fields: { name: 'Use at most 100 characters.' } } };
    const { api } = await betterAuthServer();
    const error = await toRequestError(async () => api.signUpEmail({ body: { email: email.trim(), password, name }, headers: await headers() }));
    return error ? { error } : { isEmailSent: false };
  },

  async signIn({ email, password }) {
    const { api } = await betterAuthServer();
    return toRequestError(async () => api.signInEmail({ body: { email: email.trim(), password }, headers: await headers() }));
  },

  async signOut() {
    const { api } = await betterAuthServer();
    await api.signOut({ headers: await headers() });
  },

  async isSignOutPending() {
    return false;
  },

  async clearSession() {
    await this.signOut();
  },

  async currentUser() {
    const found = await session();
    return found ? { email: found.user.email, isAdmin: false } : undefined;
  },

  async accessToken() {
    if (!(await session())) return undefined;
    const { api } = await betterAuthServer();
    return (await api.getToken({ headers: await headers() })).token;
  },

  /** The session is active, so the settings of the two services differ. */
  tokenRejected() {
    console.error(`The Worker rejects Better Auth's tokens: ${requiredAtWorker()}`);
    return { kind: 'unavailable' };
  },

  async publicKeys() {
    return tokenAlgorithm() === 'EdDSA' ? (await betterAuthServer()).api.getJwks() : undefined;
  },

  async refreshSession(request) {
    if (!request.cookies.has(cookieName)) return unchanged;
    const { api } = await betterAuthServer();
    const { headers: sessionHeaders, response } = await api.getSession({ headers: request.headers, returnHeaders: true });
    if (!response) request.cookies.delete(cookieName);
    return {
      state: response ? 'refreshed' : 'ended',
      setCookies: (page) => sessionHeaders.getSetCookie().forEach((cookie) => page.headers.append('Set-Cookie', cookie)),
    };
  },
};

async function toRequestError(call: () => Promise<unknown>): Promise<RequestError | undefined> {
  try {
    await call();
  } catch (error) {
    if (!isAPIError(error)) throw error;
    return translate(error.body as ErrorBody | undefined);
  }
}

interface ErrorBody {
  code?: string;
  message?: string;
  retryAfter?: number;
}

function translate(body: ErrorBody = {}): RequestError {
  if (body.retryAfter) return { kind: 'rate-limited', reason: String(body.message), retryAfter: body.retryAfter };
  const invalid = (name: string, message: string): RequestError => ({ kind: 'invalid-fields', fields: { [name]: message } });
  switch (body.code) {
    case 'INVALID_EMAIL_OR_PASSWORD': return { kind: 'invalid-credentials' };
    case 'USER_ALREADY_EXISTS':
    case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL': return { kind: 'email-taken' };
    // The schema runs before Better Auth's own checks, and names the field in the message only.
    case 'VALIDATION_ERROR': return body.message?.includes('[body.password]')
      ? invalid('password', 'Please fill this in.')
      : invalid('email', invalidEmail);
    case 'INVALID_EMAIL': return invalid('email', invalidEmail);
    case 'PASSWORD_TOO_SHORT': return invalid('password', 'Use at least 8 characters.');
    case 'PASSWORD_TOO_LONG': return invalid('password', 'Use at most 128 characters.');
    case 'INVALID_PASSWORD': return invalid('password', 'Please fill this in.');
    default:
      console.error('Better Auth rejected a request:', body);
      return { kind: 'unavailable' };
  }
}
