// Stands in front of the built Worker and looks at the sessions that it opens with D1: the response tells in `X-Sessions`
// where each of them started, and so does the log. As `X-Replica` of a request says, whatever starts from a bookmark is answered as by a replica
// that is `behind`, and has not heard of the caller's session yet, or that is `away`.

import worker, { SigninLimiter } from './index.js';

export { SigninLimiter };

const REPLICAS = {
  behind: async () => [],
  away: async () => {
    throw new Error('D1_ERROR: Network connection lost.');
  },
};

function watched(database, starts, replica) {
  const prepare = (sql) => database.prepare(sql);
  return {
    prepare,
    batch: (statements) => database.batch(statements),
    withSession(start) {
      starts.push(start);
      console.log(`D1 session from ${start}`);
      const session = database.withSession(start);
      const raw = start.startsWith('first-') ? undefined : REPLICAS[replica];
      return {
        prepare: raw ? () => ({ bind: () => ({ raw }) }) : (sql) => session.prepare(sql),
        batch: (statements) => session.batch(statements),
        getBookmark: () => session.getBookmark(),
      };
    },
  };
}

export default {
  async fetch(request, env, context) {
    const starts = [];
    const bindings = { ...env, DB: watched(env.DB, starts, request.headers.get('X-Replica')) };
    const response = await worker.fetch(request, bindings, context);
    const headers = new Headers(response.headers);
    headers.set('X-Sessions', JSON.stringify(starts));
    return new Response(response.body, { status: response.status, headers });
  },
};
