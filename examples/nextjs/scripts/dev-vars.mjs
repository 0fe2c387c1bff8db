// Reads the API's local secrets from the repository's root as `wrangler dev` does, so that both services use the same values:
// .dev.vars, or else .env and .env.local, parsed by dotenv. Node's own parser differs, for example in unterminated quotes.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../../scripts/shared.mjs';

/** Returns the variables by name. Call it after `installPackages`, which installs dotenv. */
export async function readDevVars(folder = project) {
  const { parse } = (await import('dotenv')).default;
  const names = existsSync(join(folder, '.dev.vars')) ? ['.dev.vars'] : ['.env', '.env.local'];
  const files = names.map((name) => join(folder, name)).filter((file) => existsSync(file));
  return Object.assign({}, ...files.map((file) => parse(readFileSync(file))));
}
