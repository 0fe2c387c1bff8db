// Calls the entrypoint `Auth` as another Worker of the account does, through the second Worker of support/binding-caller.mjs.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { rawConfig } from './worker.mjs';

const { name: service, compatibility_date } = rawConfig;

/** The option of a worker that is called through a service binding. */
export const BOUND = {
  caller: {
    name: 'caller',
    main: join(import.meta.dirname, 'binding-caller.mjs'),
    compatibility_date,
    services: [{ binding: 'AUTH', service, entrypoint: 'Auth' }, { binding: 'EDGE', service }],
  },
};

/** The second Worker's response to one or several calls, as text: the order of members is part of the interface. */
export async function callText(worker, method, args, times) {
  const response = await fetch(`${worker.url}/binding`, { method: 'POST', body: JSON.stringify({ method, arguments: args, times }) });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

export const verify = async (worker, ...args) => JSON.parse(await callText(worker, 'verify', args));
export const authenticate = async (worker, ...args) => JSON.parse(await callText(worker, 'authenticate', args));

/** An argument that JSON cannot hold, by its name in binding-caller.mjs. */
export const odd = (name) => ({ odd: name });

/** What the entrypoint returns for a rejected token. */
export const rejected = (detail) =>
  ({ ok: false, status: 401, detail, www_authenticate: `Bearer error="invalid_token", error_description="${detail}"` });
