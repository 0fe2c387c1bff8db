// Opens the D1 databases of a running worker, so that a test can check rows, query plans and the number of rows a query reads.

import { join } from 'node:path';
import { databases, rawConfig } from './worker.mjs';

/** The binding of the database in which a user of this service has sessions and tasks: `DB`, or `DB_n` where the id says so. */
export function homeOf({ userId }) {
  return userId[14] === '8' ? `DB_${Number.parseInt(userId.slice(15, 18), 16)}` : 'DB';
}

/**
 * The same `DB` binding that the Worker has; `home(userId)`, the database in which a user of this service has sessions and tasks;
 * `all`, every database, `DB` first; and `close()`. Miniflare opens them, without the second that importing wrangler takes; it takes
 * half a second itself, and most files need no database.
 */
export async function openDatabase(worker) {
  const { Miniflare } = await import('miniflare');
  const configured = databases(worker.homes ?? 0);
  const miniflare = new Miniflare({
    cf: false,
    resourcePersistencePath: join(worker.state, 'v3'),
    workers: [{
      config: {
        name: 'database',
        compatibilityDate: rawConfig.compatibility_date,
        manifest: { mainModule: 'main.mjs', modulesRoot: import.meta.dirname, modules: { 'main.mjs': { type: 'esm', contents: 'export default {}' } } },
        // `wrangler dev` keeps a database without an id under the name of its binding.
        env: Object.fromEntries(configured.map(({ binding, database_id }) => [binding, { type: 'd1', id: database_id ?? binding }])),
      },
    }],
  });
  const bindings = await miniflare.getBindings();
  return {
    prepare: (sql) => bindings.DB.prepare(sql),
    batch: (statements) => bindings.DB.batch(statements),
    home: (userId) => bindings[homeOf({ userId })],
    all: configured.map(({ binding }) => bindings[binding]),
    close: () => miniflare.dispose(),
  };
}
