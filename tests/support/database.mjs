// Opens the D1 database of a running worker, so that a test can check rows, query plans and the number of rows a query reads.

import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { rawConfig } from './raw-config.mjs';

/** The same `DB` binding that the Worker has, plus `close()`. Miniflare opens it, without the second that importing wrangler takes. */
export async function openDatabase(worker) {
  const miniflare = new Miniflare({
    cf: false,
    resourcePersistencePath: join(worker.state, 'v3'),
    workers: [{
      config: {
        name: 'database',
        compatibilityDate: rawConfig.compatibility_date,
        manifest: { mainModule: 'main.mjs', modulesRoot: import.meta.dirname, modules: { 'main.mjs': { type: 'esm', contents: 'export default {}' } } },
        // `wrangler dev` keeps a database without an id under the name of its binding.
        env: Object.fromEntries(rawConfig.d1_databases.map(({ binding, database_id }) => [binding, { type: 'd1', id: database_id ?? binding }])),
      },
    }],
  });
  const { DB } = await miniflare.getBindings();
  return {
    prepare: (sql) => DB.prepare(sql),
    batch: (statements) => DB.batch(statements),
    close: () => miniflare.dispose(),
  };
}
