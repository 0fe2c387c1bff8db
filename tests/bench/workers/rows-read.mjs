// Stands in front of the built Worker. For a request with the header X-Count-Rows it runs the statements that the Worker ran,
// with the values that it bound, once more, and puts D1's own count of the rows they read into X-Rows-Read.

import Worker from './flood-limit.mjs';
import Bare from './index.js';

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

export default class extends Worker {
  async fetch(request) {
    if (!request.headers.has('X-Count-Rows')) return super.fetch(request);
    const statements = [];
    const response = await new Bare(this.ctx, { ...this.env, DB: recording(this.env.DB, statements) }).fetch(request);
    let rows = 0;
    for (const statement of statements) rows += (await statement.all()).meta.rows_read;
    const headers = new Headers(response.headers);
    headers.set('X-Rows-Read', String(rows));
    return new Response(response.body, { status: response.status, headers });
  }
}
