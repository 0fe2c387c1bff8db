// The second mode: Better Auth keeps the accounts and the sessions, and signs a short-lived token for each call to the
// Worker, which verifies it by the secret that both share.

import 'server-only';
import { isAPIError } from 'better-auth/api';
import { headers } from 'next/headers';
import { cache } from 'react';
import type { Problem } from '@/lib/request-error';
import { betterAuthServer } from './better-auth-server';
import { kept, type Auth } from './auth-provider';

const invalidEmail = 'Enter an email address like name@example.com.';
const cookieName = '__Secure-better-auth.session_token';

const session = cache(async () => {
  const { api } = await betterAuthServer();
  // The session has been prolonged before, by `renew`: here no cookie could be set.
  return api.getSession({ headers: await headers(), query: { disableRefresh: true } });
});

export const betterAuthMode: Auth = {
  passwordRules: '8 to 128 characters.',

  async signUp({ email, password, name }) {
    // It is in every token, and a token is in a header.
    if (name.length > 100) return { kind: 'fields', fields: { name: 'Use at most 100 characters.' } };
    const { api } = await betterAuthServer();
    return attempt(async () => api.signUpEmail({ body: { email: email.trim(), password, name }, headers: await headers() }));
  },

  async signIn({ email, password }) {
    const { api } = await betterAuthServer();
    return attempt(async () => api.signInEmail({ body: { email: email.trim(), password }, headers: await headers() }));
  },

  async signOut() {
    const { api } = await betterAuthServer();
    await api.signOut({ headers: await headers() });
  },

  async forget() {
    await this.signOut();
  },

  async currentUser() {
    const found = await session();
    return found ? { email: found.user.email } : undefined;
  },

  async accessToken() {
    if (!(await session())) return undefined;
    const { api } = await betterAuthServer();
    return (await api.getToken({ headers: await headers() })).token;
  },

  /** The session is known to be good, so it is the settings that are not. */
  refusal() {
    console.error('The Worker refuses Better Auth\'s tokens: BETTER_AUTH_SECRET, JWT_ISSUER and JWT_AUDIENCE must be the same in both');
    return { kind: 'away' };
  },

  async renew(request) {
    if (!request.cookies.has(cookieName)) return kept;
    const { api } = await betterAuthServer();
    const { headers: answer, response } = await api.getSession({ headers: request.headers, returnHeaders: true });
    if (!response) request.cookies.delete(cookieName);
    return {
      state: response ? 'renewed' : 'ended',
      write: (answered) => answer.getSetCookie().forEach((cookie) => answered.headers.append('Set-Cookie', cookie)),
    };
  },
};

async function attempt(work: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await work();
  } catch (error) {
    if (!isAPIError(error)) throw error;
    return problemOf(error.body as Refusal | undefined);
  }
}

interface Refusal {
  code?: string;
  message?: string;
  retryAfter?: number;
}

function problemOf(body: Refusal = {}): Problem {
  if (body.retryAfter) return { kind: 'limited', what: String(body.message), seconds: body.retryAfter };
  const fields = (name: string, text: string): Problem => ({ kind: 'fields', fields: { [name]: text } });
  switch (body.code) {
    case 'INVALID_EMAIL_OR_PASSWORD': return { kind: 'credentials' };
    case 'USER_ALREADY_EXISTS':
    case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL': return { kind: 'taken' };
    // Its schema refuses what its own checks would refuse, too, and names the field in the message.
    case 'VALIDATION_ERROR': return body.message?.includes('[body.password]')
      ? fields('password', 'Please fill this in.')
      : fields('email', invalidEmail);
    case 'INVALID_EMAIL': return fields('email', invalidEmail);
    case 'PASSWORD_TOO_SHORT': return fields('password', 'Use at least 8 characters.');
    case 'PASSWORD_TOO_LONG': return fields('password', 'Use at most 128 characters.');
    case 'INVALID_PASSWORD': return fields('password', 'Please fill this in.');
    default:
      console.error('Better Auth refused an attempt:', body);
      return { kind: 'away' };
  }
}
