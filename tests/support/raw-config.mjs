// The parsed wrangler.toml. Importing wrangler to parse it takes longer than all else before the first request of a test file, so
// its result is kept for each content of the file.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const project = join(import.meta.dirname, '..', '..');
const config = join(project, 'wrangler.toml');
const digest = createHash('sha256').update(readFileSync(config)).digest('hex').slice(0, 16);
const kept = join(project, 'target', 'test-state', `wrangler-${digest}.json`);

if (!existsSync(kept)) {
  const { experimental_readRawConfig } = await import('wrangler');
  mkdirSync(dirname(kept), { recursive: true });
  // Renamed into place when complete, since test files run at once.
  const copy = `${kept}-${process.pid}`;
  writeFileSync(copy, JSON.stringify(experimental_readRawConfig({ config }).rawConfig));
  renameSync(copy, kept);
}

export const rawConfig = JSON.parse(readFileSync(kept, 'utf8'));
