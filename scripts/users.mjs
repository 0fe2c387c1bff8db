// `npm run users -- <command>`: moves users in and out of the database, and makes administrators. docs/moving-users.md explains it.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { homesOf } from './databases.mjs';
import { Failure, inProject, main } from './shared.mjs';
import { Database } from './users/database.mjs';
import { canonicalEmail } from './users/email.mjs';
import { exportUsers } from './users/export.mjs';
import { parseMapping } from './users/fields.mjs';
import { count, importUsers } from './users/import.mjs';
import { quote } from './users/sql.mjs';
import { checkTakenByNpm } from './wrangler-options.mjs';

const USAGE = `npm run users -- import FILE [--write] [--columns ours=theirs,…] [--accounts FILE] [--without-passwords]
npm run users -- export [FILE]
npm run users -- make-admin ADDRESS

Each works on the local database of \`npm start\`, or with --remote on the deployed one, of the environment --env NAME.
An import without --write only reports what it would do. See docs/moving-users.md`;

/** The options that choose the database, which wrangler reads. */
const FLAGS = ['local', 'remote', 'preview'];
const VALUES = ['env', 'config', 'cwd', 'env-file', 'profile', 'persist-to'];

const options = {
  ...Object.fromEntries(FLAGS.map((name) => [name, { type: 'boolean' }])),
  ...Object.fromEntries(VALUES.map((name) => [name, { type: 'string' }])),
  env: { type: 'string', short: 'e' },
  config: { type: 'string', short: 'c' },
  write: { type: 'boolean' },
  'without-passwords': { type: 'boolean' },
  columns: { type: 'string' },
  accounts: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
};

main(async () => {
  checkTakenByNpm(['remote', 'local', 'write', 'columns', 'accounts', 'without-passwords', 'persist-to']);
  const { values, positionals: [command, argument, ...rest] } = parse(process.argv.slice(2));
  if (values.help || command === undefined) return console.log(USAGE);
  if (rest.length > 0) throw new Failure(`"${rest[0]}" is one argument too many\n${USAGE}`);
  if (values.local && values.remote) throw new Failure('--local and --remote name two databases: choose one');
  const place = values.remote || values.preview ? [] : ['--local'];
  const database = new Database([
    ...place, ...FLAGS.filter((name) => values[name] && !place.includes(`--${name}`)).map((name) => `--${name}`),
    ...VALUES.filter((name) => values[name] !== undefined).flatMap((name) => [`--${name}`, values[name]]),
  ]);
  if (command === 'import') {
    if (argument === undefined) throw new Failure(`Which file?\n${USAGE}`);
    await importUsers({
      file: argument, accounts: values.accounts, mapping: parseMapping(values.columns), write: values.write,
      withoutPasswords: values['without-passwords'], ...await readSettings(values),
    }, database);
  } else if (command === 'export') {
    const users = await exportUsers(argument, database);
    if (argument !== undefined) console.log(`Exported ${count(users)} with their password hashes to ${argument}: keep it as you keep secrets`);
  } else if (command === 'make-admin') await makeAdmin(argument, database);
  else throw new Failure(`"${command}" is not a command\n${USAGE}`);
});

function parse(args) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Failure(`${error.message}\n${USAGE}`);
  }
}

async function makeAdmin(address = '', database) {
  const email = canonicalEmail(address);
  if (email === undefined) throw new Failure(`"${address}" is not an email address\n${USAGE}`);
  const changed = await database.query(`UPDATE users SET role = 'admin' WHERE email = ${quote(email)} RETURNING id`);
  if (changed.length === 0) throw new Failure(`Nobody has signed up as ${email} in this database: sign up first, or choose another with --remote and --env`);
  console.log(`${email} is an administrator from the next request on`);
}

/**
 * Of the environment's settings `prefixes`, those of other issuers' users, since an id that begins with one would be such a user,
 * and how many `homes` are bound.
 */
async function readSettings({ config = inProject('wrangler.toml'), env }) {
  const { experimental_readRawConfig: readRawConfig } = await import('wrangler');
  const { rawConfig } = readRawConfig({ config });
  const settings = env === undefined ? rawConfig : rawConfig.env?.[env];
  const vars = settings?.vars ?? {};
  let issuers = [];
  try {
    issuers = JSON.parse(vars.TRUSTED_ISSUERS || '[]');
  } catch {
    // The Worker reports a list that it cannot read.
  }
  const prefixes = [vars.BETTER_AUTH_SUBJECT_PREFIX, ...(Array.isArray(issuers) ? issuers.map((issuer) => issuer?.subject_prefix) : [])];
  return {
    prefixes: prefixes.filter((prefix) => typeof prefix === 'string' && prefix !== ''),
    homes: homesOf(settings?.d1_databases ?? [], resolve(config)).length,
  };
}
