// Which databases a command is about: those that the chosen wrangler configuration binds in the chosen environment, and the
// migrations of each. What the Worker would reject, or what would migrate a wrong database, is an error before anything is changed.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ask, environment, Failure, inProject, project } from './shared.mjs';
import { valueOf } from './wrangler-options.mjs';

/** The highest number of a home. */
export const MAX_HOME = 99;
const HOMES_MIGRATIONS = inProject('migrations', 'homes');
const READ_CONFIG = `import { experimental_readRawConfig as read } from 'wrangler';
process.stdout.write(JSON.stringify(read({ config: process.argv[1] }).rawConfig));`;

/**
 * The names of the bindings, `DB` first, then the homes `DB_1` to `DB_99` in order. `options` are those of the command, see
 * `readOptions`. Where a configuration or environment is missing, wrangler is left to say so.
 */
export async function boundDatabases(options) {
  const config = configPath(options);
  // Loading wrangler takes a second, which a deployment with one database need not wait.
  if (config === undefined || !mentionsHomes(readFileSync(config, 'utf8'))) return ['DB'];
  // In a process of its own, since the Node of this one may be older than wrangler accepts.
  const text = ask('node', ['--input-type=module', '--eval', READ_CONFIG, config], environment);
  if (text === undefined) throw new Failure(`wrangler cannot read ${relative(project, config)}: run \`npx wrangler deploy --dry-run\` to see why`);
  const settings = JSON.parse(text);
  const env = await environmentOf(options);
  const bound = (env ? settings.env?.[env] : settings)?.d1_databases;
  return ['DB', ...homesOf(Array.isArray(bound) ? bound : [], config)];
}

/** For the name of a step. */
export const nounOf = (databases) => databases.length === 1 ? 'database' : 'databases';

/** The homes among the `d1_databases` of a configuration, in the order of their numbers. */
export function homesOf(bound, config) {
  const isHome = ({ binding }) => /^DB_\d+$/.test(binding);
  const numberOf = ({ binding }) => Number(binding.slice(3));
  const homes = bound.filter(isHome).sort((a, b) => numberOf(a) - numberOf(b));
  const file = relative(project, config);
  homes.forEach((home, index) => {
    const expected = `DB_${index + 1}`;
    if (index >= MAX_HOME) throw new Failure(`${file} binds ${home.binding}: ${MAX_HOME} homes are the most`);
    if (home.binding !== expected) {
      throw new Failure(`${file} binds ${home.binding} where ${expected} is expected: the numbers begin with 1 and have no gap, and each is bound once`);
    }
    const folder = home.migrations_dir;
    if (typeof folder !== 'string' || resolve(dirname(config), folder) !== HOMES_MIGRATIONS) {
      const right = relative(dirname(config), HOMES_MIGRATIONS);
      throw new Failure(`${home.binding} in ${file} has ${folder === undefined ? 'no migrations_dir' : `migrations_dir = "${folder}"`}: write migrations_dir = "${right}"`);
    }
  });
  checkDifferent(bound.filter((database) => database.binding === 'DB' || isHome(database)), file);
  return homes.map(({ binding }) => binding);
}

/** Two bindings of one database would mix their users' tables. */
function checkDifferent(databases, file) {
  for (const key of ['database_name', 'database_id']) {
    const bindingOf = new Map();
    for (const { binding, [key]: value } of databases) {
      if (value === undefined) continue;
      if (bindingOf.has(value)) throw new Failure(`${bindingOf.get(value)} and ${binding} in ${file} have the same ${key} "${value}": each binding needs a database of its own`);
      bindingOf.set(value, binding);
    }
  }
}

/** Whether text beside comments holds the name of a home. A wrong positive costs a second. */
const mentionsHomes = (text) => text.split('\n').some((line) => /\bDB_\d/.test(line) && !/^\s*(?:#|\/\/)/.test(line));

/** The configuration that wrangler reads; undefined if there is none. */
export function configPath(options) {
  const folder = resolve(project, valueOf(options, 'cwd') ?? '');
  const named = valueOf(options, 'config');
  if (named !== undefined) return existsSync(resolve(folder, named)) ? resolve(folder, named) : undefined;
  const folders = [folder];
  while (dirname(folders.at(-1)) !== folders.at(-1)) folders.push(dirname(folders.at(-1)));
  // wrangler looks for each name in every folder above before it looks for the next.
  const paths = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml'].flatMap((name) => folders.map((above) => join(above, name)));
  return paths.find((path) => existsSync(path));
}

/** The environment: --env, or CLOUDFLARE_ENV of the process or of the .env files that wrangler reads, the last of which counts. */
export async function environmentOf(options, processEnv = process.env) {
  const env = valueOf(options, 'env') ?? processEnv.CLOUDFLARE_ENV;
  if (env !== undefined) return env;
  const { parse } = (await import('dotenv')).default;
  const folder = resolve(project, valueOf(options, 'cwd') ?? '');
  const named = options.filter(({ name }) => name === 'env-file').flatMap(({ values }) => values);
  const files = (named.length > 0 ? named : ['.env', '.env.local']).map((file) => resolve(folder, file)).filter((file) => existsSync(file));
  return Object.assign({}, ...files.map((file) => parse(readFileSync(file)))).CLOUDFLARE_ENV;
}
