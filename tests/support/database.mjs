// Opens the D1 database of a running worker, so that a test can check rows, query plans and the number of rows a query reads.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { experimental_readRawConfig, getPlatformProxy } from 'wrangler';

const { rawConfig } = experimental_readRawConfig({ config: join(import.meta.dirname, '..', '..', 'wrangler.toml') });

/** The same `DB` binding that the Worker has, plus `close()`. */
export async function openDatabase(worker) {
  const home = await mkdtemp(join(tmpdir(), 'edge-auth-'));
  const configPath = join(home, 'wrangler.json');
  const { name, compatibility_date, d1_databases } = rawConfig;
  await writeFile(configPath, JSON.stringify({ name, compatibility_date, d1_databases }));
  const proxy = await getPlatformProxy({ configPath, persist: { path: join(worker.state, 'v3') }, envFiles: [] });
  return {
    prepare: (sql) => proxy.env.DB.prepare(sql),
    batch: (statements) => proxy.env.DB.batch(statements),
    async close() {
      await proxy.dispose();
      await rm(home, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
