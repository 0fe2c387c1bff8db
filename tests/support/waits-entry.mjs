// Runs in front of the built Worker and counts how often a request waits for storage, one wait after another: the response header
// `X-Waits` has the number until the response. Calls of D1 and of the Durable Object that overlap are one wait. None of them returns
// before the last of them has, so that the count does not depend on which is faster, and a call that one of them leads to is a
// further wait.

import worker, { SigninLimiter } from './index.js';

export { SigninLimiter };

/** The waits of one request. */
class Waits {
  count = 0;
  pending = 0;

  async during(call) {
    if (this.pending === 0) {
      this.count += 1;
      this.over = Promise.withResolvers();
    }
    const { over } = this;
    this.pending += 1;
    try {
      return await call();
    } finally {
      this.pending -= 1;
      if (this.pending === 0) over.resolve();
      await over.promise;
    }
  }
}

const originals = new WeakMap();

function countedStatement(statement, waits) {
  const counted = { bind: (...values) => countedStatement(statement.bind(...values), waits) };
  for (const name of ['raw', 'all', 'first', 'run']) counted[name] = (...options) => waits.during(() => statement[name](...options));
  originals.set(counted, statement);
  return counted;
}

const countedDatabase = (database, waits) => ({
  prepare: (sql) => countedStatement(database.prepare(sql), waits),
  batch: (statements) => waits.during(() => database.batch(statements.map((statement) => originals.get(statement)))),
});

const countedObjects = (namespace, waits) => ({
  getByName: (name) => ({ fetch: (url) => waits.during(() => namespace.getByName(name).fetch(url)) }),
});

export default {
  ...worker,
  async fetch(request, env, context) {
    const waits = new Waits();
    const databases = Object.keys(env).filter((name) => /^DB(_\d+)?$/.test(name)).map((name) => [name, countedDatabase(env[name], waits)]);
    const bindings = { ...env, ...Object.fromEntries(databases), SIGNIN_LIMITER: countedObjects(env.SIGNIN_LIMITER, waits) };
    const response = await worker.fetch(request, bindings, context);
    const headers = new Headers(response.headers);
    headers.set('X-Waits', waits.count);
    return new Response(response.body, { status: response.status, headers });
  },
};
