// Reads wrangler's options, so that one command line can serve two wrangler commands: the options that choose an account, an
// environment or a configuration go to both, or a deployment to staging would migrate the production database.

import { Failure } from './shared.mjs';

/** Every wrangler command accepts these. */
const choosing = ['config', 'cwd', 'env', 'env-file', 'profile'];
const dashes = 'Write two dashes before the options: `npm run deploy -- --env staging`, `npm start -- --port 8788`';
const short = { c: 'config', e: 'env', h: 'help', v: 'version' };

/** The other options of `wrangler deploy`: without a value, with one, with any number. A test compares them with its help. */
export const deployOptions = {
  flags: ['help', 'version', 'install-skills', 'experimental-provision', 'x-provision', 'experimental-auto-create', 'x-auto-create',
    'no-bundle', 'latest', 'minify', 'upload-source-maps', 'dry-run', 'keep-vars', 'strict', 'experimental-route-zones', 'x-route-zones',
    'logpush', 'autoconfig'],
  values: ['name', 'tag', 'message', 'outdir', 'outfile', 'compatibility-date', 'assets', 'jsx-factory', 'jsx-fragment', 'tsconfig',
    'secrets-file', 'durable-objects-code-update-mode', 'metafile', 'old-asset-ttl', 'dispatch-namespace', 'containers-rollout'],
  lists: ['compatibility-flags', 'compatibility-flag', 'var', 'define', 'alias', 'triggers', 'schedule', 'schedules', 'routes', 'route',
    'zone', 'zones', 'zone-id', 'zone-ids', 'domains', 'domain'],
};

/**
 * Splits arguments into options as yargs, wrangler's parser, does: `{ name, values, args }`. Without `known` any option passes, and
 * takes the words that follow it.
 */
export function readOptions(args, known) {
  const options = [];
  for (const arg of args) {
    const last = options.at(-1);
    const [, long, letter, value] = arg.match(/^(?:--([^=]+)|-([a-z]))(?:=(.*))?$/si) ?? [];
    if (long === undefined && letter === undefined) {
      if (arg.startsWith('-') || !takesWord(last, arg, known)) throw misplaced(arg);
      last.values.push(arg);
      last.args.push(arg);
      continue;
    }
    const name = short[letter] ?? (long ?? letter).replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
    if (known && !isKnown(name, known)) throw new Failure(`${arg} is not an option of \`wrangler deploy\`: see \`npm run deploy -- --help\``);
    options.push({ name, values: value === undefined ? [] : [value], args: [arg] });
  }
  return options;
}

function takesWord(option, word, known) {
  if (option === undefined) return false;
  if (option.name === 'env-file' || known?.lists.includes(option.name)) return true;
  if (choosing.includes(option.name) || known?.values.includes(option.name)) return option.values.length === 0;
  return known === undefined || (option.values.length === 0 && ['true', 'false'].includes(word));
}

const isKnown = (name, { flags, values, lists }) =>
  [...choosing, ...flags, ...values, ...lists].some((known) => name === known || (flags.includes(known) && name === `no-${known}`));

/** npm keeps options that stand before two dashes to itself, and passes on only their values. */
function misplaced(word) {
  return new Failure(`"${word}" belongs to no option of this command. ${dashes}`);
}

/** The arguments that another wrangler command needs in order to mean the same deployment. */
export const choiceOf = (options) => options.filter(({ name }) => choosing.includes(name)).flatMap(({ args }) => args);

/** The same for a command that works on the local database, which accepts one configuration where `wrangler dev` accepts several. */
export const localChoiceOf = (options) => options
  .filter(({ name }, index) => name !== 'config' || options.findIndex((option) => option.name === name) === index)
  .filter(({ name }) => [...choosing, 'persist-to'].includes(name)).flatMap(({ args }) => args);

/** The value of an option that takes one, or undefined. */
export const valueOf = (options, name) => options.find((option) => option.name === name)?.values[0];

/** Whether `wrangler deploy` leaves everything as it is. */
export const uploadsNothing = (options) => options.some(({ name, values: [value = 'true'] }) =>
  ['help', 'version'].includes(name) || (name === 'dry-run' && value === 'true'));

/** Fails where npm took an option for one of its own: without it, another environment would be deployed than the one meant. */
export function checkTakenByNpm(names, env = process.env) {
  // `-c` is npm's abbreviation of --call.
  const taken = [...choosing, 'call', ...names].find((name) => env[`npm_config_${name.replaceAll('-', '_')}`]);
  if (taken) throw new Failure(`npm took --${taken} for itself, so it would not reach this command. ${dashes}`);
}
