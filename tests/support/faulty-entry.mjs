// Stands in front of the built Worker and lets D1 or the Durable Object fail as a request's `X-Faults` header says, so that
// the product needs no switch for it. The header is a JSON object: for each binding a list of what becomes of its calls, the
// last one holding for all that follow:
//
//   "ok"                the call is carried out
//   { "error": "…" }    it fails with this message, and nothing is carried out
//   { "lost": "…" }     it is carried out, but its answer is lost, and this message comes instead
//   { "answer": … }     it is not carried out, and this is the answer
//   { "status": …, "headers": … }   the same for the Durable Object, whose answers are responses
//
// The response tells in `X-Calls` how many calls each binding of the two got. `FLOODS` is a list for both flood limiters.

import worker, { SigninLimiter } from './index.js';

export { SigninLimiter };

class Plan {
  calls = 0;

  constructor(faults = ['ok']) {
    this.faults = faults;
  }

  async next(carryOut) {
    const fault = this.faults[Math.min(this.calls++, this.faults.length - 1)];
    if (fault === 'ok') return carryOut();
    if (fault.lost) await carryOut();
    if (fault.error ?? fault.lost) throw new Error(fault.error ?? fault.lost);
    if (fault.status) return new Response(null, fault);
    return fault.answer;
  }
}

/** `target` with some of its methods replaced; the runtime's own objects only work as `this` of the others. */
function replace(target, methods) {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(methods, name)) return methods[name];
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' && name !== 'constructor' ? value.bind(target) : value;
    },
  });
}

function faultyDatabase(database, plan) {
  const originals = new WeakMap();
  const faultyStatement = (statement) => {
    const faulty = replace(statement, {
      bind: (...values) => faultyStatement(statement.bind(...values)),
      ...Object.fromEntries(['first', 'all', 'raw', 'run'].map((name) =>
        [name, (...options) => plan.next(() => statement[name](...options))])),
    });
    originals.set(faulty, statement);
    return faulty;
  };
  return replace(database, {
    prepare: (sql) => faultyStatement(database.prepare(sql)),
    batch: (statements) => plan.next(() => database.batch(statements.map((statement) => originals.get(statement)))),
  });
}

function faultyObjects(namespace, plan) {
  const faultyObject = (object) => replace(object, { fetch: (...call) => plan.next(() => object.fetch(...call)) });
  return replace(namespace, Object.fromEntries(['get', 'getByName'].map((name) =>
    [name, (...which) => faultyObject(namespace[name](...which))])));
}

export default {
  async fetch(request, env, context) {
    const faults = JSON.parse(request.headers.get('X-Faults') ?? '{}');
    const plans = { DB: new Plan(faults.DB), SIGNIN_LIMITER: new Plan(faults.SIGNIN_LIMITER) };
    const floods = new Plan(faults.FLOODS);
    const shield = (limiter) => ({ limit: (options) => floods.next(() => limiter.limit(options)) });
    const bindings = {
      ...env,
      AUTH_RATE_LIMIT: shield(env.AUTH_RATE_LIMIT),
      RESOURCE_RATE_LIMIT: shield(env.RESOURCE_RATE_LIMIT),
      DB: faultyDatabase(env.DB, plans.DB),
      SIGNIN_LIMITER: faultyObjects(env.SIGNIN_LIMITER, plans.SIGNIN_LIMITER),
    };
    const response = await worker.fetch(request, bindings, context);
    const calls = Object.fromEntries(Object.entries(plans).map(([name, { calls }]) => [name, calls]));
    const headers = new Headers(response.headers);
    headers.set('X-Calls', JSON.stringify(calls));
    return new Response(response.body, { status: response.status, headers });
  },
};
