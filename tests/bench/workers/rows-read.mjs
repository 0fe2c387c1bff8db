// Wraps the built Worker. After a request with the header X-Count-Rows it runs the Worker's statements again, with the same
// values bound, and returns D1's count of the rows they read in X-Rows-Read.

import worker from './in-memory-rate-limit.mjs';
import bare from './index.js';

export * from './in-memory-rate-limit.mjs';

/** `target` with one of its methods replaced; the runtime's own objects only work as `this` of the others. */
function replace(target, replaced, method) {
  return new Proxy(target, {
    get(_, name) {
      if (name === replaced) return method;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' && name !== 'constructor' ? value.bind(target) : value;
    },
  });
}

function recording(database, statements) {
  return replace(database, 'prepare', (sql) => {
    const statement = database.prepare(sql);
    return replace(statement, 'bind', (...values) => {
      const bound = statement.bind(...values);
      statements.push(bound);
      return bound;
    });
  });
}

export default {
  async fetch(request, env, context) {
    if (!request.headers.has('X-Count-Rows')) return worker.fetch(request, env, context);
    const statements = [];
    const databases = Object.keys(env).filter((name) => /^DB(_\d+)?$/.test(name)).map((name) => [name, recording(env[name], statements)]);
    const response = await bare.fetch(request, { ...env, ...Object.fromEntries(databases) }, context);
    let rows = 0;
    for (const statement of statements) rows += (await statement.all()).meta.rows_read;
    const headers = new Headers(response.headers);
    headers.set('X-Rows-Read', String(rows));
    return new Response(response.body, { status: response.status, headers });
  },
};
