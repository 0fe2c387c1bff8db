// This Worker: the release build as it would be deployed, with its own limits raised out of the way.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeToken } from '../../support/tokens.mjs';
import { ownBundle } from '../bundle.mjs';
import { SECRET, identifier, userId } from '../data.mjs';
import { startServer } from '../server.mjs';
import { WORKER, firstResponse, homeBindings, startWorkerd } from '../workerd.mjs';
import { copyRows, copyTokens, readers, requestsOfMany, withTokens } from './many-users.mjs';
import { foreignToken } from './routes.mjs';

/** A load of sign-ins must not end the sessions whose tokens the other loads send. */
const bindings = { JWT_SECRET: SECRET, SIGNIN_MAX_ATTEMPTS: '1000000', SESSIONS_MAX: '1000000' };
const wrapper = (name) => ({ name, contents: readFileSync(join(import.meta.dirname, '..', 'workers', name), 'utf8') });
const signinLimiter = { type: 'durable-object', worker: WORKER, exportName: 'SigninLimiter' };
const limiterExports = { SigninLimiter: { type: 'durable-object', storage: 'sqlite' } };

/**
 * With rate limits counted in memory; `wrappers` are modules in front of that one, `vars` further settings, `homes` so many further
 * databases, `front` a Worker in front.
 */
export function startEdgeAuth({ modules }, storage, wrappers = [], { vars = {}, homes = 0, front } = {}) {
  return startWorkerd({
    modules: [...wrappers.map(wrapper), wrapper('in-memory-rate-limit.mjs'), ...modules],
    env: { SIGNIN_LIMITER: signinLimiter, ...homeBindings(homes) },
    exports: limiterExports,
    bindings: { ...bindings, ...vars },
    storage,
    front,
  });
}

/** The same with the Durable Object and the database in a process of their own. */
export function startApart({ modules }, storage) {
  return startServer({ modules: [wrapper('in-memory-rate-limit.mjs'), ...modules], objects: modules, bindings, storage });
}

const sessionId = (number) => identifier('ccc', number);

/** A session for each user, and a token of each session. */
async function copySessions(token, numbers, server) {
  const { sub, sid } = decodeToken(token).claims;
  await copyRows(server, 'sessions', { user_id: sub, id: sid }, numbers, (number) => ({ user_id: userId(number), id: sessionId(number) }));
  return copyTokens(token, numbers, server, (number) => ({ sid: sessionId(number) }));
}

export const edgeAuth = {
  id: 'edge-auth',
  label: 'edge-auth',
  passwords: 'argon2id',
  bundle: ownBundle,
  start: startApart,
  firstResponse: ({ modules }) => firstResponse({ modules, bindings, path: '/api/health' }),
  async requests(server) {
    const all = await requestsOfMany(server, copySessions);
    all['list-foreign'].each = withTokens(readers, foreignToken);
    all.verify.each = withTokens(readers, foreignToken);
    return all;
  },
};
