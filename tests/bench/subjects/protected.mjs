// A Worker that protects its own route, with the tokens of 1,000 users who are signed in.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { now, signToken } from '../../support/tokens.mjs';
import { bundleOf, ownBundle } from '../bundle.mjs';
import { SECRET, USERS_OF_LOAD, identifier, userId } from '../data.mjs';
import { WORKER, startWorkerd } from '../workerd.mjs';
import { startEdgeAuth } from './edge-auth.mjs';

const main = (name) => join(import.meta.dirname, '..', 'workers', name);
const numbers = Array.from({ length: USERS_OF_LOAD }, (_, number) => number);
const sessionId = (number) => identifier('ccc', number);
const AUTH = { type: 'worker', worker: WORKER, exportName: 'Auth' };

function addSessions(file) {
  const database = new DatabaseSync(file);
  const insert = database.prepare('INSERT INTO sessions (user_id, id, generation, rotated_at, expires_at) VALUES (?, ?, 1, ?, ?)');
  for (const number of numbers) insert.run(userId(number), sessionId(number), Date.now(), Date.now() + 86_400_000);
  database.close();
}

const tokenOf = (number) => signToken({
  sub: userId(number), email: `user-${number}@example.com`, role: 'user', sid: sessionId(number), iat: now(), exp: now() + 86_400,
}, { secret: SECRET });
const tokens = () => numbers.map((number) => ({ number, token: tokenOf(number) }));

const isUserOf = ({ body }, number) => assert.equal(body.id, userId(number));
const bundleWith = (guard, folder) => bundleOf(main('protected.mjs'), folder, { GUARD: JSON.stringify(guard) });

/** `rows` are all where not given. */
function subject({ id, label, bundle, start, isUser = isUserOf, rows }) {
  const all = (own) => ({
    binding: { path: '/whoami', each: own, check: isUser },
    'binding-session': { path: '/whoami/active', each: own, check: isUser },
  });
  return {
    id,
    label,
    passwords: 'argon2id',
    bundle,
    start(bundle, storage, file) {
      addSessions(file);
      return start(bundle, storage);
    },
    requests: () => Object.fromEntries(Object.entries(all(tokens())).filter(([row]) => rows?.includes(row) ?? true)),
  };
}

/** The protected Worker's bundle, and that of the Worker behind its binding. */
const withBinding = (behind) => async (folder) => {
  const front = await bundleWith('binding', `${folder}-front`);
  return { ...front, behind: await behind(folder) };
};

const front = ({ modules }) => ({ modules, env: { AUTH } });

export const protectedSubjects = [
  subject({
    id: 'guard-jose',
    label: 'Hono + jose',
    bundle: (folder) => bundleWith('jose', folder),
    start: ({ modules }, storage) => startWorkerd({ modules, storage, bindings: { JWT_SECRET: SECRET } }),
  }),
  subject({
    id: 'guard-binding',
    label: 'Hono, asks edge-auth',
    bundle: withBinding(ownBundle),
    start: (bundle, storage) => startEdgeAuth(bundle.behind, storage, [], { front: front(bundle) }),
  }),
  subject({
    id: 'guard-empty',
    label: 'Hono, asks an entrypoint that does nothing',
    bundle: withBinding((folder) => bundleOf(main('empty-auth.mjs'), folder)),
    start: (bundle, storage) => startWorkerd({ modules: bundle.behind.modules, storage, front: front(bundle) }),
    isUser: ({ body }) => assert.equal(body.id, 'nobody'),
    rows: ['binding'],
  }),
];
