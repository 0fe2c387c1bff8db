// The Worker's entry point: the handlers that the runtime calls, and the loop that drives the crate. The default export is an
// object, not a class: the runtime would instantiate a class for every request, which took a tenth of a request.

import { WorkerEntrypoint } from 'cloudflare:workers';
import { SuspendedCall, cleanUp, fetch as handleRequest, limiterAlarm, limiterFetch, resetInstance, verifyToken } from 'edge-auth';

/**
 * Calls into WebAssembly. A panic, which nothing should reach, leaves the instance's memory in an unknown state: a fresh
 * instance replaces it at once, before another request enters, and no suspended call of the old one can resume.
 */
function callWasm(call) {
  try {
    return call();
  } catch (error) {
    resetInstance();
    throw error;
  }
}

/** Starts a call; returns its result directly where nothing is awaited, which spares the runtime a promise. */
function start(begin) {
  const result = callWasm(begin);
  return result instanceof SuspendedCall ? drive(result) : result;
}

/** Drives a suspended call to its end: awaits its promise, resumes it with the outcome, and repeats. */
async function drive(call) {
  for (;;) {
    const awaited = callWasm(() => call.takeAwaited());
    let value;
    let isRejected = false;
    try {
      value = await awaited;
    } catch (error) {
      value = error;
      isRejected = true;
    }
    const result = callWasm(() => call.resume(value, isRejected));
    if (result === undefined) continue;
    callWasm(() => call.free());
    return result;
  }
}

export default {
  fetch: (request, env) => start(() => handleRequest(request, env)),
  scheduled: (_event, env) => start(() => cleanUp(env)),
};

/** Counts the sign-in attempts of one account. */
export class SigninLimiter {
  constructor(state) {
    this.state = state;
  }

  fetch({ url }) {
    return start(() => limiterFetch(this.state, url));
  }

  alarm() {
    return start(() => limiterAlarm(this.state));
  }
}

/** Cloudflare accepts no longer header. What is longer stays outside WebAssembly, whose memory never shrinks. */
const maxCharacters = 128 * 1024;

/** Verifies a token, or the header that holds it; any failure is a result, a panic's too. */
async function verify(env, credentials, isHeader, options) {
  try {
    const isText = typeof credentials === 'string' && credentials.length <= maxCharacters;
    const checkSession = options?.checkSession !== false;
    return JSON.parse(await start(() => verifyToken(env, isText ? credentials : undefined, isHeader, checkSession)));
  } catch (error) {
    console.error(error);
    return { ok: false, status: 500, detail: 'Internal Server Error' };
  }
}

/** For other Workers of the account, through a service binding: auth.d.ts describes it to them. */
export class Auth extends WorkerEntrypoint {
  verify(token, options) {
    return verify(this.env, token, false, options);
  }

  authenticate(header, options) {
    return verify(this.env, header ?? '', true, options);
  }
}
