// Better Auth on a Worker, its routes guarded by its session look-up or by the JWT that it issues.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { bundleOf } from '../bundle.mjs';
import { PASSWORD, READER, SECRET, WRITER } from '../data.mjs';
import { sendOnce } from '../load.mjs';
import { firstResponse, startWorkerd } from '../workerd.mjs';
import { LIST_PATH, NEW_TASK, TASK_PATH, checks, signIn } from './routes.mjs';

const main = join(import.meta.dirname, '..', 'workers', 'better-auth.mjs');
const SIGN_IN = '/api/auth/sign-in/email';

function subject(id, label, guard) {
  const bindings = { JWT_SECRET: SECRET, GUARD: guard, BASE_URL: 'http://127.0.0.1' };
  return {
    id,
    label,
    passwords: 'scrypt',
    bundle: (folder) => bundleOf(main, folder),
    start: ({ modules }, storage) => startWorkerd({ modules, bindings, storage }),
    firstResponse: guard === 'session' ? ({ modules }) => firstResponse({ modules, bindings, path: '/api/health' }) : undefined,
    async requests({ port }) {
      const [reader, writer] = [await credentials(port, READER, guard), await credentials(port, WRITER, guard)];
      const all = {
        verify: { path: '/api/session', ...reader, check: checks.isUser },
        task: { path: TASK_PATH, ...reader, check: checks.isTask },
        list: { path: LIST_PATH, ...reader, check: checks.isPage },
        create: { method: 'POST', path: '/api/tasks', ...writer, json: NEW_TASK, status: 201, check: checks.isCreated },
      };
      if (guard === 'jwt') return all;
      const hello = { path: '/api/health', check: () => {} };
      const json = { email: WRITER.email, password: PASSWORD };
      return { hello, ...all, signin: { method: 'POST', path: SIGN_IN, json, check: ({ body }) => assert.equal(body.user.email, WRITER.email) } };
    },
  };
}

/** The credentials of a signed-in client: the session's cookie, or the token it was exchanged for. */
async function credentials(port, user, guard) {
  const { headers } = await signIn(port, user, SIGN_IN);
  const cookie = headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
  if (guard === 'session') return { cookie };
  const { status, body, text } = await sendOnce({ path: '/api/auth/token', cookie, port });
  assert.equal(status, 200, text);
  return { token: body.token };
}

export const betterAuth = subject('better-auth', 'Better Auth, session look-up', 'session');
export const betterAuthJwt = subject('better-auth-jwt', 'Better Auth, its JWT', 'jwt');
