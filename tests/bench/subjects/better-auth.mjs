// Better Auth on a Worker, its routes guarded by its session look-up or by the JWT that it issues.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { bundleOf } from '../bundle.mjs';
import { PASSWORD, READER, SECRET, WRITER, identifier, userId } from '../data.mjs';
import { sendOnce } from '../load.mjs';
import { startServer } from '../server.mjs';
import { firstResponse } from '../workerd.mjs';
import { copyRows, copyTokens, ofMany, readers, writers } from './many-users.mjs';
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
    start: ({ modules }, storage) => startServer({ modules, bindings, storage }),
    firstResponse: guard === 'session' ? ({ modules }) => firstResponse({ modules, bindings, path: '/api/health' }) : undefined,
    async requests(server) {
      const copy = guard === 'session' ? copySessions : copyJwt;
      const all = ofMany({
        verify: { path: '/api/session', check: checks.isUser },
        task: { path: TASK_PATH, check: checks.isTask },
        list: { path: LIST_PATH, check: checks.isPage },
        create: { method: 'POST', path: '/api/tasks', json: NEW_TASK, status: 201, check: checks.isCreated },
      }, await copy(server, READER, readers), await copy(server, WRITER, writers));
      if (guard === 'jwt') return all;
      const hello = { path: '/api/health', check: () => {} };
      const json = { email: WRITER.email, password: PASSWORD };
      return { hello, ...all, signin: { method: 'POST', path: SIGN_IN, json, check: ({ body }) => assert.equal(body.user.email, WRITER.email) } };
    },
  };
}

/** The cookie of a session, as the subject set it. */
async function cookieOf(port, user) {
  const { headers } = await signIn(port, user, SIGN_IN);
  return headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
}

/** The token that a session's cookie is exchanged for, copied for each user. */
async function copyJwt(server, user, numbers) {
  const { status, body, text } = await sendOnce({ path: '/api/auth/token', cookie: await cookieOf(server.port, user), port: server.port });
  assert.equal(status, 200, text);
  return copyTokens(body.token, numbers);
}

/** A session for each user, whose token is in a cookie that is signed as the subject signs it. */
async function copySessions(server, user, numbers) {
  const cookie = await cookieOf(server.port, user);
  const [, name, token] = /^([\w.-]*session_token)=([^.;]+)\.[^;]+$/.exec(cookie);
  const signed = (text) => `${name}=${text}.${encodeURIComponent(createHmac('sha256', SECRET).update(text).digest('base64'))}`;
  assert.equal(signed(token), cookie, 'the cookie is not signed as its copies are');
  const tokenOf = (number) => `${token.slice(0, -8)}${String(number).padStart(8, '0')}`;
  await copyRows(server, 'session', { token }, numbers, (number) => ({ id: identifier('ccc', number), userId: userId(number), token: tokenOf(number) }));
  return numbers.map((number) => ({ number, cookie: signed(tokenOf(number)) }));
}

export const betterAuth = subject('better-auth', 'Better Auth, session look-up', 'session');
export const betterAuthJwt = subject('better-auth-jwt', 'Better Auth, its JWT', 'jwt');
