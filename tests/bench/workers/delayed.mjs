// Wraps a bundled worker with storage that is far away: every call of D1 or of a Durable Object waits before it is made.
// latency.mjs gives the wrapped module the name undelayed.js.

import worker from './undelayed.js';

export * from './undelayed.js';

const MILLISECONDS = 25;

/** Statements as the runtime made them, since a batch accepts no other. */
const originals = new WeakMap();

/** `target` with some of its methods replaced; the runtime's own objects only work as `this` of their methods. */
function replace(target, methods) {
  const proxy = new Proxy(target, {
    get(_, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function' || name === 'constructor') return value;
      const method = value.bind(target);
      return Object.hasOwn(methods, name) ? methods[name](method) : method;
    },
  });
  originals.set(proxy, target);
  return proxy;
}

const later = (method) => async (...values) => {
  await scheduler.wait(MILLISECONDS);
  return method(...values);
};
const replaceResult = (wrap) => (method) => (...values) => wrap(method(...values));

const statement = (target) => replace(target, { bind: replaceResult(statement), all: later, first: later, raw: later, run: later });
const batch = (method) => (statements) => later(method)(statements.map((one) => originals.get(one)));
const database = (target) => replace(target, { prepare: replaceResult(statement), batch, exec: later, withSession: replaceResult(database) });
const object = (target) => replace(target, { fetch: later });
const objects = (target) => replace(target, { get: replaceResult(object), getByName: replaceResult(object) });

let bindings;

export default {
  fetch(request, env, context) {
    bindings ??= { ...env, DB: database(env.DB), ...(env.SIGNIN_LIMITER && { SIGNIN_LIMITER: objects(env.SIGNIN_LIMITER) }) };
    return worker.fetch(request, bindings, context);
  },
};
