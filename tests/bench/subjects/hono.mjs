// Hono + jose, with each of the two kinds of password hash that JavaScript has to offer.

import { join } from 'node:path';
import { bundleOf } from '../bundle.mjs';
import { SECRET } from '../data.mjs';
import { startServer } from '../server.mjs';
import { firstResponse } from '../workerd.mjs';
import { requestsOfMany } from './many-users.mjs';

const main = join(import.meta.dirname, '..', 'workers', 'hono.mjs');
const bindings = { JWT_SECRET: SECRET };

function subject(id, label, passwords, rows) {
  return {
    id,
    label,
    passwords,
    bundle: (folder) => bundleOf(main, folder, { ARGON2ID: String(passwords === 'argon2id') }),
    start: ({ modules }, storage) => startServer({ modules, bindings, storage }),
    firstResponse: ({ modules }) => firstResponse({ modules, bindings, path: '/api/health' }),
    async requests(server) {
      const all = await requestsOfMany(server);
      return Object.fromEntries(Object.entries(all).filter(([row]) => rows === undefined || rows.includes(row)));
    },
  };
}

export const hono = subject('hono', 'Hono + jose', 'pbkdf2');
export const honoArgon2 = subject('hono-argon2', 'Hono + @noble Argon2id', 'argon2id', ['signin']);
