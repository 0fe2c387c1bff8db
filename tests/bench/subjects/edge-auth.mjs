// This Worker: the release build as it would be deployed, with its own limits raised out of the way.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownBundle } from '../bundle.mjs';
import { READER, SECRET } from '../data.mjs';
import { WORKER, firstResponse, startWorkerd } from '../workerd.mjs';
import { commonRequests, foreignToken } from './routes.mjs';

/** A load of sign-ins must not end the sessions whose tokens the other loads send. */
const bindings = { JWT_SECRET: SECRET, SIGNIN_MAX_ATTEMPTS: '1000000', SESSIONS_MAX: '1000000' };
const wrapper = (name) => ({ name, contents: readFileSync(join(import.meta.dirname, '..', 'workers', name), 'utf8') });
const signinLimiter = { type: 'durable-object', worker: WORKER, exportName: 'SigninLimiter' };
const limiterExports = { SigninLimiter: { type: 'durable-object', storage: 'sqlite' } };
const simulatedRateLimit = (namespace) => ({ type: 'rate-limit', namespace, simple: { limit: 1_000_000_000, period: 60 } });
const simulatedRateLimits = Object.fromEntries(['AUTH', 'RESOURCE', 'REFRESH', 'SIGNIN'].map((name, index) =>
  [`${name}_RATE_LIMIT`, simulatedRateLimit(String(1001 + index))]));

/** With rate limits counted in memory; `wrappers` are modules in front of that one. */
export function startEdgeAuth({ modules }, storage, wrappers = []) {
  return startWorkerd({
    modules: [...wrappers.map(wrapper), wrapper('in-memory-rate-limit.mjs'), ...modules],
    env: { SIGNIN_LIMITER: signinLimiter },
    exports: limiterExports,
    bindings,
    storage,
  });
}

function startSimulated({ modules }, storage) {
  return startWorkerd({ modules, env: { SIGNIN_LIMITER: signinLimiter, ...simulatedRateLimits }, exports: limiterExports, bindings, storage });
}

function subject(id, label, hasSimulatedRateLimit) {
  return {
    id,
    label,
    passwords: 'argon2id',
    bundle: ownBundle,
    start: hasSimulatedRateLimit ? startSimulated : (bundle, storage) => startEdgeAuth(bundle, storage),
    firstResponse: hasSimulatedRateLimit ? undefined : ({ modules }) => firstResponse({ modules, bindings, path: '/api/health' }),
    async requests({ port }) {
      const common = await commonRequests(port);
      const all = { ...common, 'list-foreign': { ...common.list, token: foreignToken(READER) } };
      return hasSimulatedRateLimit ? { list: all.list } : all;
    },
  };
}

export const edgeAuth = subject('edge-auth', 'edge-auth', false);
/** With Miniflare's simulation of the Rate Limiting binding, to show what that alone costs. */
export const edgeAuthSimulatedLimit = subject('edge-auth-simulated', 'edge-auth, rate limit by Miniflare', true);
