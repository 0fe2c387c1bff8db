// The first mode: the Worker keeps the accounts and the sessions, this server keeps its tokens in cookies.

import 'server-only';
import { cookies, headers } from 'next/headers';
import { answer, api, type Answer, type Tokens } from '@/lib/api/client';
import type { Problem } from '@/lib/request-error';
import type { Auth } from './auth-provider';
import { renew } from './worker-refresh';
import { accessCookie, claims, cookiesOf, deletions } from './worker-cookies';

export const workerMode: Auth = {
  passwordRules: 'At least 8 characters, with an upper-case letter, a lower-case letter and a digit. Common passwords are refused.',

  async signUp({ email, password, name }) {
    const body = { email, password, ...(name && { name }) };
    return open(await answer(api(await headers()).POST('/api/auth/signup', { body })));
  },

  async signIn(body) {
    const problem = await open(await answer(api(await headers()).POST('/api/auth/signin', { body })));
    return problem?.kind === 'unauthorized' ? { kind: 'credentials' } : problem;
  },

  async signOut() {
    const token = await this.accessToken();
    if (token) await answer(api(await headers(), token).POST('/api/auth/signout'));
    await this.forget();
  },

  async forget() {
    const jar = await cookies();
    deletions.forEach((cookie) => jar.set(cookie));
  },

  /** Only to be shown: every call with the token is judged by the Worker. */
  async currentUser() {
    const token = await this.accessToken();
    const email = token && claims(token).email;
    return typeof email === 'string' ? { email } : undefined;
  },

  async accessToken() {
    return (await cookies()).get(accessCookie)?.value;
  },

  refusal: () => ({ kind: 'unauthorized' }),

  renew,
};

async function open({ data, problem }: Answer<Tokens>): Promise<Problem | undefined> {
  if (problem) return problem;
  const jar = await cookies();
  cookiesOf(data).forEach((cookie) => jar.set(cookie));
}
