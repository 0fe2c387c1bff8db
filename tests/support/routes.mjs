// Every route of the service, as the description has it, for the tests of what holds on all of them. That these are all there
// are is shown in description.test.mjs.

import { openapiPaths, operationOf } from './openapi.mjs';

/** Each path with its methods. */
export function paths({ user = 'somebody', task = 'some-task' } = {}) {
  return openapiPaths().map(([path, methods]) => [path.replace('{user_id}', user).replace('{task_id}', task), methods]);
}

/** Each method of each path. */
export function routes(names) {
  return paths(names).flatMap(([path, methods]) => methods.map((method) => ({ method, path })));
}

/** Whether the route needs the database: then it may be away. */
export function needsStorage({ method, path }) {
  return '503' in operationOf(method, path).responses;
}
