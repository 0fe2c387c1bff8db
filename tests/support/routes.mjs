// Every route of the service, for the tests of what holds on all of them.

const TASK_LISTS = (user) => ['/api/tasks', '/tasks', `/api/users/${user}/todos`];

/** Each path with its methods. */
export function paths({ user = 'somebody', task = 'some-task' } = {}) {
  return [
    ['/api/health', ['GET', 'HEAD']],
    ['/api/auth/signup', ['POST']],
    ['/api/auth/signin', ['POST']],
    ['/api/auth/refresh', ['POST']],
    ['/api/auth/signout', ['POST']],
    ['/api/auth/session', ['GET', 'HEAD']],
    ['/auth/register', ['POST']],
    ['/auth/token', ['POST']],
    ...TASK_LISTS(user).flatMap((list) => [
      [list, ['GET', 'HEAD', 'POST']],
      [`${list}/${task}`, ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']],
    ]),
    [`/api/users/${user}/profile`, ['GET', 'HEAD']],
    ['/api/admin/users', ['GET', 'HEAD']],
  ];
}

/** Each method of each path. */
export function routes(names) {
  return paths(names).flatMap(([path, methods]) => methods.map((method) => ({ method, path })));
}
