// The requests to subjects with this project's paths, and the checks of their responses: without them the benchmark might
// measure error responses.

import assert from 'node:assert/strict';
import { signToken, now } from '../../support/tokens.mjs';
import { PAGE, PASSWORD, READER, SECRET, USERS_OF_LOAD, WRITER, task, taskId, userId } from '../data.mjs';
import { sendOnce } from '../load.mjs';

export const NEW_TASK = { title: 'Buy the tickets for the train', description: 'Two of them, for the early one, with seats.', completed: false };
export const TASK_PATH = `/api/tasks/${taskId(0)}`;
export const LIST_PATH = `/api/tasks?limit=${PAGE}`;
const FIELDS = ['id', 'title', 'description', 'completed', 'user_id', 'created_at', 'updated_at'];

/** A token of another issuer with the same secret: it has no session. */
export function foreignToken({ number, email }) {
  return signToken({ sub: userId(number), email, role: 'user', iat: now(), exp: now() + 7 * 86_400 }, { secret: SECRET });
}

export async function signIn(port, { email }, path = '/api/auth/signin') {
  const response = await sendOnce({ method: 'POST', path, json: { email, password: PASSWORD }, port });
  assert.equal(response.status, 200, response.text);
  return response;
}

/** The number is that of the user whose credentials were sent. */
export const checks = {
  isUser: ({ body }, number = READER.number) => assert.equal(body.user.id, userId(number)),
  isTask: ({ body }, number = READER.number) => assert.deepEqual(typed(body), task(number, number)),
  isPage: ({ body }, number = READER.number) => assert.deepEqual(body.map(typed), Array.from({ length: PAGE }, (_, index) => task(number + index * USERS_OF_LOAD, number))),
  isCreated: ({ body }, number = WRITER.number) => {
    assert.deepEqual(Object.keys(body).sort(), [...FIELDS].sort());
    const { title, description, completed, user_id } = typed(body);
    assert.deepEqual({ title, description, completed, user_id }, { ...NEW_TASK, user_id: userId(number) });
  },
  hasToken: ({ body }) => assert.match(body.access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/),
};

/** SQLite returns a number for a boolean. */
function typed(row) {
  return { ...row, completed: row.completed === 1 ? true : row.completed === 0 ? false : row.completed };
}

/** By row of the table; the tokens are those of a real sign-in. */
export async function commonRequests(port) {
  const [reader, writer] = [await signIn(port, READER), await signIn(port, WRITER)].map(({ body }) => body.access_token);
  const list = { path: LIST_PATH, token: reader, check: checks.isPage };
  return {
    hello: { path: '/api/health', check: () => {} },
    verify: { path: '/api/auth/session', token: foreignToken(READER), check: checks.isUser },
    task: { path: TASK_PATH, token: reader, check: checks.isTask },
    list,
    'list-foreign': list,
    create: { method: 'POST', path: '/api/tasks', token: writer, json: NEW_TASK, status: 201, check: checks.isCreated },
    signin: { method: 'POST', path: '/api/auth/signin', json: { email: WRITER.email, password: PASSWORD }, check: checks.hasToken },
  };
}
