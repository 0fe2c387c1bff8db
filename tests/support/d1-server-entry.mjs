// Stands in front of the built Worker and offers its D1 database to a workerd of its own, in the protocol of D1's own client,
// so that a test can limit the memory of the Worker alone.

import worker, { SigninLimiter } from './index.js';

export { SigninLimiter };

async function query(request, database) {
  const { sql, params } = await request.json();
  const [columns, ...rows] = await database.prepare(sql).bind(...params).raw({ columnNames: true });
  return Response.json({ success: true, results: { columns, rows }, meta: {} });
}

export default {
  fetch(request, env, context) {
    return new URL(request.url).pathname === '/query' ? query(request, env.DB) : worker.fetch(request, env, context);
  },
};
