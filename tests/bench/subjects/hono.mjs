// Hono + jose, with each of the two kinds of password hash that JavaScript has to offer.

import { join } from 'node:path';
import { bundleOf } from '../bundle.mjs';
import { SECRET } from '../data.mjs';
import { firstResponse, startWorkerd } from '../workerd.mjs';
import { commonRequests } from './routes.mjs';

const main = join(import.meta.dirname, '..', 'workers', 'hono.mjs');
const bindings = { JWT_SECRET: SECRET };

function subject(id, label, passwords, rows) {
  return {
    id,
    label,
    passwords,
    bundle: (folder) => bundleOf(main, folder, { ARGON2ID: String(passwords === 'argon2id') }),
    start: ({ modules }, storage) => startWorkerd({ modules, bindings, storage }),
    firstResponse: ({ modules }) => firstResponse({ modules, bindings, path: '/api/health' }),
    async requests({ port }) {
      const all = await commonRequests(port);
      return Object.fromEntries(Object.entries(all).filter(([row]) => rows === undefined || rows.includes(row)));
    },
  };
}

export const hono = subject('hono', 'Hono + jose', 'pbkdf2');
export const honoArgon2 = subject('hono-argon2', 'Hono + @noble Argon2id', 'argon2id', ['signin']);
