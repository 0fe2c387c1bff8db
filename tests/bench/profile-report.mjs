// The report of a profile: the Worker's CPU time for each kind of request by the code that used it.

import { ROWS } from './options.mjs';
import { heading, table } from './report.mjs';

export const PROFILE_CONNECTIONS = 8;

/** A sample belongs to the first owner whose pattern one of its frames matches. */
export const OWNERS = {
  'garbage collection': /Heap::CollectGarbage/,
  'D1\'s binding': /cloudflare-internal:d1-api/,
  'the worker\'s own code': /file:\/\/\/bundle\/|wasm-function|js-to-wasm/,
};
/** The owner of all other samples. */
export const RUNTIME = 'the runtime: sockets, HTTP, promises';

export function renderProfile(result) {
  const owners = [...Object.keys(OWNERS), RUNTIME].reverse();
  const lines = result.profiles.map(({ row, label, owners: of, total }) => [
    `${ROWS[row]}: ${label}`, ...owners.map((owner) => (of[owner] ?? 0).toFixed(0)), total.toFixed(0),
  ]);
  return {
    md: [
      heading(result, 'Profile'),
      `Microseconds of the CPU of the Worker's process for a request at ${PROFILE_CONNECTIONS} connections, by whose code it was. Sampling itself adds about a tenth to each.\n`,
      table(['', ...owners, 'together'], lines),
    ].join('\n'),
  };
}
