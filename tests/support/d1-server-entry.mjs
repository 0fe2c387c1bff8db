// Stands in front of the built Worker and offers its D1 database to a workerd of its own, in the protocol of D1's own client,
// so that a test can limit the memory of the Worker alone. `/queries` says how many queries that workerd has made.

import worker, { SigninLimiter } from './index.js';

export { SigninLimiter };

let queries = 0;

async function query(request, database) {
  queries += 1;
  const { sql, params } = await request.json();
  const [columns, ...rows] = await database.prepare(sql).bind(...params).raw({ columnNames: true });
  return Response.json({ success: true, results: { columns, rows }, meta: {} });
}

export default {
  fetch(request, env, context) {
    switch (new URL(request.url).pathname) {
      case '/query': return query(request, env.DB);
      case '/queries': return Response.json(queries);
      default: return worker.fetch(request, env, context);
    }
  },
};
