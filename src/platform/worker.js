// The Worker as the runtime sees it: what it calls, and the crate that answers. Handlers are an object's and no class's, of
// which the runtime would make an instance for every request: that took a tenth of a request for nothing.

import { Task, callLimiter, cleanUp, fetch as answer, renew, wakeLimiter } from 'edge-auth';

/**
 * Goes into the crate. A panic, which nothing should reach, leaves its memory in no known state: where that has happened, a
 * fresh instance takes its place at once, before anybody else comes in, and no task of the old one can go on.
 */
function enter(call) {
  try {
    return call();
  } catch (error) {
    renew();
    throw error;
  }
}

/** What comes of work: at once where there is nothing to wait for, which spares the runtime a promise. */
function outcome(begin) {
  const begun = enter(begin);
  return begun instanceof Task ? finished(begun) : begun;
}

/** What comes of a task, which goes on each time with what came of the promise that it waits for. */
async function finished(task) {
  for (;;) {
    const awaited = enter(() => task.takeAwaited());
    let value;
    let isRejected = false;
    try {
      value = await awaited;
    } catch (error) {
      value = error;
      isRejected = true;
    }
    const came = enter(() => task.resume(value, isRejected));
    if (came === undefined) continue;
    enter(() => task.free());
    return came;
  }
}

export default {
  fetch: (request, env) => outcome(() => answer(request, env)),
  scheduled: (_event, env) => outcome(() => cleanUp(env)),
};

/** Counts an account's attempts to sign in. */
export class SigninLimiter {
  constructor(state) {
    this.state = state;
  }

  fetch({ url }) {
    return outcome(() => callLimiter(this.state, url));
  }

  alarm() {
    return outcome(() => wakeLimiter(this.state));
  }
}
