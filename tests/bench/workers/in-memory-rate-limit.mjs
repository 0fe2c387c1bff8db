// Wraps the built Worker with a Rate Limiting binding that counts in memory, as Cloudflare's machines do. Miniflare's simulation
// writes each count into SQLite through a request to a Durable Object, which costs more than what is measured. Where the
// sign-in limit's objects run in another process, it reaches them as well.

import worker from './index.js';

export * from './index.js';

/** The class must have this name: the Worker checks the binding's constructor by it. */
class Ratelimit {
  counts = new Map();
  minute = 0;

  async limit({ key }) {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.minute) {
      this.counts.clear();
      this.minute = minute;
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return { success: count <= 1_000_000_000 };
  }
}

/** Reaches the Durable Objects of another process, see object-server.mjs. */
const remoteObjects = (service) => ({
  getByName: (name) => ({ fetch: (url) => service.fetch(url, { headers: { 'X-Object': name, 'X-Url': url } }) }),
});

let bindings;

function replaceBindings(env) {
  const rateLimits = ['AUTH', 'RESOURCE', 'REFRESH', 'SIGNIN'].map((name) => [`${name}_RATE_LIMIT`, new Ratelimit()]);
  return { ...env, ...Object.fromEntries(rateLimits), ...(env.OBJECTS && { SIGNIN_LIMITER: remoteObjects(env.OBJECTS) }) };
}

export default {
  fetch(request, env, context) {
    bindings ??= replaceBindings(env);
    return worker.fetch(request, bindings, context);
  },
};
