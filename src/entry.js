// The Worker as the runtime sees it: what it calls, and the crate that answers. Handlers are an object's and no class's, of
// which the runtime would make an instance for every request; that alone took a tenth of a request for nothing.

import { SigninLimiter as Limiter, cleanUp, fetch as answer } from 'edge-auth';

/** What comes of work that the crate has begun: a task goes on each time with what came of the promise that it waits for. */
async function finished(task) {
  for (;;) {
    let value;
    let isRejected = false;
    try {
      value = await task.awaited;
    } catch (error) {
      value = error;
      isRejected = true;
    }
    const outcome = task.resume(value, isRejected);
    if (outcome === undefined) continue;
    task.free();
    return outcome;
  }
}

export default {
  /** At once where there is nothing to wait for, which spares the runtime a promise. */
  fetch(request, env) {
    const begun = answer(request, env);
    return begun instanceof Response ? begun : finished(begun);
  },

  scheduled(_event, env) {
    return finished(cleanUp(env));
  },
};

/** The crate's object is made anew for each call: it holds nothing, and so no panic in between can leave it behind. */
export class SigninLimiter {
  constructor(state, env) {
    this.make = () => new Limiter(state, env);
  }

  fetch(request) {
    return this.make().fetch(request);
  }

  alarm() {
    return this.make().alarm();
  }
}
