// Hono + jose, with each of the two kinds of password hash that JavaScript has to offer.

import { join } from 'node:path';
import { bundleOf } from '../bundle.mjs';
import { SECRET } from '../data.mjs';
import { firstAnswer, startWorkerd } from '../workerd.mjs';
import { commonRequests } from './routes.mjs';

const main = join(import.meta.dirname, '..', 'workers', 'hono.mjs');
const bindings = { JWT_SECRET: SECRET };

function contestant(id, label, passwords, rows) {
  return {
    id,
    label,
    passwords,
    bundle: (folder) => bundleOf(main, folder, { ARGON2ID: String(passwords === 'argon2id') }),
    start: ({ modules }, storage) => startWorkerd({ modules, bindings, storage }),
    firstAnswer: ({ modules }) => firstAnswer({ modules, bindings, path: '/api/health' }),
    async requests({ port }) {
      const all = await commonRequests(port);
      return Object.fromEntries(Object.entries(all).filter(([row]) => rows === undefined || rows.includes(row)));
    },
  };
}

export const hono = contestant('hono', 'Hono + jose', 'pbkdf2');
export const honoArgon2 = contestant('hono-argon2', 'Hono + @noble Argon2id', 'argon2id', ['signin']);
