// Runs in front of the built Worker and makes D1, the Durable Object or the rate limiters fail as a request's `X-Faults` header
// says, so that the product needs no switch for it. The header is a JSON object with a list for each binding. The list has one item
// for each call; the last one applies to all further calls:
//
//   "ok"                the call is executed
//   { "error": "…" }    the call is not executed and throws this message
//   { "lost": "…" }     the call is executed, but throws this message, as if its result were lost
//   { "result": … }     the call is not executed and returns this
//   { "wait": … }       the call is executed after so many milliseconds, so that other requests overtake it
//   { "status": …, "headers": … }   the same for the Durable Object, which returns responses
//
// The bindings are `DB` and every `DB_n`, `SIGNIN_LIMITER`, and `RATE_LIMITERS` for all rate limiters together. The response header
// `X-Calls` has the number of calls of all but the last. Calls of the entrypoint `Auth` have one list for all databases together in the
// member `faults` of their options, and return the number of their calls as `calls` beside the `result`.

import worker, { Auth as BuiltAuth, SigninLimiter } from './index.js';

export { SigninLimiter };

class Plan {
  calls = 0;

  constructor(faults = ['ok']) {
    this.faults = faults;
  }

  async next(execute) {
    const fault = this.faults[Math.min(this.calls++, this.faults.length - 1)];
    if (fault === 'ok') return execute();
    if (fault.wait) {
      await scheduler.wait(fault.wait);
      return execute();
    }
    if (fault.lost) await execute();
    if (fault.error ?? fault.lost) throw new Error(fault.error ?? fault.lost);
    if (fault.status) return new Response(null, fault);
    return fault.result;
  }
}

/** `target` with some methods replaced. The other methods keep `target` as `this`, which the runtime's objects require. */
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

const databasesOf = (env) => Object.keys(env).filter((name) => /^DB(_\d+)?$/.test(name));

function faultyObjects(namespace, plan) {
  const faultyObject = (object) => replace(object, { fetch: (...call) => plan.next(() => object.fetch(...call)) });
  return replace(namespace, Object.fromEntries(['get', 'getByName'].map((name) =>
    [name, (...which) => faultyObject(namespace[name](...which))])));
}

export default {
  ...worker,
  async fetch(request, env, context) {
    const faults = JSON.parse(request.headers.get('X-Faults') ?? '{}');
    const databases = databasesOf(env);
    const plans = Object.fromEntries([...databases, 'SIGNIN_LIMITER'].map((name) => [name, new Plan(faults[name])]));
    const rateLimiters = new Plan(faults.RATE_LIMITERS);
    const faultyRateLimiter = (limiter) => ({ limit: (options) => rateLimiters.next(() => limiter.limit(options)) });
    const bindings = {
      ...env,
      ...Object.fromEntries(Object.keys(env).filter((name) => name.endsWith('_RATE_LIMIT'))
        .map((name) => [name, faultyRateLimiter(env[name])])),
      ...Object.fromEntries(databases.map((name) => [name, faultyDatabase(env[name], plans[name])])),
      SIGNIN_LIMITER: faultyObjects(env.SIGNIN_LIMITER, plans.SIGNIN_LIMITER),
    };
    const response = await worker.fetch(request, bindings, context);
    const calls = Object.fromEntries(Object.entries(plans).map(([name, { calls }]) => [name, calls]));
    const headers = new Headers(response.headers);
    headers.set('X-Calls', JSON.stringify(calls));
    return new Response(response.body, { status: response.status, headers });
  },
};

/** A call of the built entrypoint with databases of its own. */
async function callAuth({ ctx, env }, method, credentials, options) {
  const plan = new Plan(options?.faults);
  const databases = databasesOf(env).map((name) => [name, faultyDatabase(env[name], plan)]);
  const auth = new BuiltAuth(ctx, { ...env, ...Object.fromEntries(databases) });
  const result = await auth[method](credentials, options);
  return { calls: plan.calls, result };
}

export class Auth extends BuiltAuth {
  verify(token, options) {
    return callAuth(this, 'verify', token, options);
  }

  authenticate(header, options) {
    return callAuth(this, 'authenticate', header, options);
  }
}
