// Stands in front of the built Worker. For a request with the header X-Count-Rows it runs the statements that the Worker ran,
// with the values that it bound, once more, and puts D1's own count of the rows they read into X-Rows-Read.

import worker from './flood-limit.mjs';
import bare from './index.js';

export * from './flood-limit.mjs';

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
    const response = await bare.fetch(request, { ...env, DB: recording(env.DB, statements) }, context);
    let rows = 0;
    for (const statement of statements) rows += (await statement.all()).meta.rows_read;
    const headers = new Headers(response.headers);
    headers.set('X-Rows-Read', String(rows));
    return new Response(response.body, { status: response.status, headers });
  },
};
