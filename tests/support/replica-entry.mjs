// Runs in front of the built Worker and records the D1 sessions that it opens: the response header `X-Sessions` lists where each
// one started, and so does the log. With `X-Replica: behind` a session that starts from a bookmark returns what a replica returns
// that has not received the caller's session yet; with `X-Replica: unavailable` it fails.

import worker, { SigninLimiter } from './index.js';

export { SigninLimiter };

const REPLICAS = {
  behind: async () => [],
  unavailable: async () => {
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
    const replica = request.headers.get('X-Replica');
    const databases = Object.keys(env).filter((name) => /^DB(_\d+)?$/.test(name));
    const bindings = { ...env, ...Object.fromEntries(databases.map((name) => [name, watched(env[name], starts, replica)])) };
    const response = await worker.fetch(request, bindings, context);
    const headers = new Headers(response.headers);
    headers.set('X-Sessions', JSON.stringify(starts));
    return new Response(response.body, { status: response.status, headers });
  },
};
