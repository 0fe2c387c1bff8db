// Stands in front of the built Worker and counts floods in memory, as Cloudflare's machines do. Miniflare's stand-in for the
// Rate Limiting binding writes each count into SQLite by a request to a Durable Object, which costs more than what is measured.

import worker from './index.js';

export * from './index.js';

/** The name is what the Worker knows the binding by. */
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

let bindings;

export default {
  fetch(request, env, context) {
    bindings ??= { ...env, AUTH_RATE_LIMIT: new Ratelimit(), RESOURCE_RATE_LIMIT: new Ratelimit() };
    return worker.fetch(request, bindings, context);
  },
};
