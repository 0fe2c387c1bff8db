// This Worker: the release build as it would be deployed, with its own limits raised out of the way.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownBundle } from '../bundle.mjs';
import { READER, SECRET } from '../data.mjs';
import { WORKER, firstAnswer, startWorkerd } from '../workerd.mjs';
import { commonRequests, foreignToken } from './routes.mjs';

const bindings = { JWT_SECRET: SECRET, SIGNIN_MAX_ATTEMPTS: '1000000' };
const front = (name) => ({ name, contents: readFileSync(join(import.meta.dirname, '..', 'workers', name), 'utf8') });
const signinLimiter = { type: 'durable-object', worker: WORKER, exportName: 'SigninLimiter' };
const limiterExports = { SigninLimiter: { type: 'durable-object', storage: 'sqlite' } };
const simulatedLimit = (namespace) => ({ type: 'rate-limit', namespace, simple: { limit: 1_000_000_000, period: 60 } });
const simulatedLimits = { AUTH_RATE_LIMIT: simulatedLimit('1001'), RESOURCE_RATE_LIMIT: simulatedLimit('1002') };

/** With the limit against floods in memory; `fronts` are modules before that one. */
export function startEdgeAuth({ modules }, storage, fronts = []) {
  return startWorkerd({
    modules: [...fronts.map(front), front('flood-limit.mjs'), ...modules],
    env: { SIGNIN_LIMITER: signinLimiter },
    exports: limiterExports,
    bindings,
    storage,
  });
}

function startSimulated({ modules }, storage) {
  return startWorkerd({ modules, env: { SIGNIN_LIMITER: signinLimiter, ...simulatedLimits }, exports: limiterExports, bindings, storage });
}

function contestant(id, label, isFloodSimulated) {
  return {
    id,
    label,
    passwords: 'argon2id',
    bundle: ownBundle,
    start: isFloodSimulated ? startSimulated : (bundle, storage) => startEdgeAuth(bundle, storage),
    firstAnswer: isFloodSimulated ? undefined : ({ modules }) => firstAnswer({ modules, bindings, path: '/api/health' }),
    async requests({ port }) {
      const common = await commonRequests(port);
      const all = { ...common, 'list-foreign': { ...common.list, token: foreignToken(READER) } };
      return isFloodSimulated ? { list: all.list } : all;
    },
  };
}

export const edgeAuth = contestant('edge-auth', 'edge-auth', false);
/** What the stand-in of Miniflare for the limit against floods would add. */
export const edgeAuthSimulatedLimit = contestant('edge-auth-simulated', 'edge-auth, flood limit by Miniflare', true);
