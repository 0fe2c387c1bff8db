// Every route of the OpenAPI document, for tests that apply to all routes. openapi.test.mjs proves that the list is complete.

import { openapiPaths, operationOf } from './openapi.mjs';

/** Each path with its methods. */
export function paths({ user = 'somebody', task = 'some-task', session = 'some-session' } = {}) {
  const fill = (path) => path.replace('{user_id}', user).replace('{task_id}', task).replace('{session_id}', session);
  return openapiPaths().map(([path, methods]) => [fill(path), methods]);
}

/** Each method of each path. */
export function routes(names) {
  return paths(names).flatMap(([path, methods]) => methods.map((method) => ({ method, path })));
}

/** Whether the route needs the database, and so may be 503. */
export function needsStorage({ method, path }) {
  return '503' in operationOf(method, path).responses;
}
