// Every database that wrangler.toml binds is migrated, each with its own migrations, and a binding that the Worker could not use
// stops a deployment before anything is changed.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { copyProject } from '../tests/support/project-copy.mjs';
import { homesOf } from './databases.mjs';
import { inProject } from './shared.mjs';
import { readOptions } from './wrangler-options.mjs';

let copy;
let original;
before(() => {
  copy = copyProject();
  original = copy.read('wrangler.toml');
});
beforeEach(() => copy.write('wrangler.toml', original));
after(() => copy.remove());

const home = (number, changes = {}, table = 'd1_databases') => {
  const keys = { binding: `DB_${number}`, database_name: `edge-auth-${number}`, migrations_dir: 'migrations/homes', ...changes };
  const lines = Object.entries(keys).filter(([, value]) => value !== undefined).map(([key, value]) => `${key} = "${value}"`);
  return `[[${table}]]\n${lines.join('\n')}\n`;
};
const bind = (...homes) => copy.write('wrangler.toml', `${original}\n${homes.join('\n')}`);

/** The bindings whose migrations a command applied, with --local or --remote. */
const migrated = (place, calls) => calls.filter((call) => call[1] === 'migrations' && call.includes(place)).map((call) => call[3]);
const deployed = (calls) => calls.some(([command]) => command === 'deploy');

test('With DB alone nothing else is migrated, and the example in wrangler.toml is a comment', () => {
  assert.match(original, /^# binding = "DB_1"$/m);
  const { calls } = copy.run('deploy');
  assert.deepEqual(migrated('--local', calls), ['DB']);
  assert.deepEqual(migrated('--remote', calls), ['DB']);
});

test('The example in wrangler.toml binds a home when its comment signs are taken away', () => {
  const example = original.match(/^# \[\[d1_databases\]\]\n(?:# .* = .*\n)+/m)[0];
  copy.write('wrangler.toml', original.replace(example, example.replaceAll(/^# /gm, '')));
  const { status, calls, output } = copy.run('deploy');
  assert.equal(status, 0, output);
  assert.deepEqual(migrated('--remote', calls), ['DB', 'DB_1']);
});

test('Every bound database is migrated, in the order of the numbers, before the Worker is deployed', () => {
  bind(...[2, 10, 1, 9, 3, 8, 4, 7, 5, 6].map((number) => home(number)));
  const expected = ['DB', ...Array.from({ length: 10 }, (_, index) => `DB_${index + 1}`)];
  const { status, calls, output } = copy.run('deploy');
  assert.equal(status, 0, output);
  assert.deepEqual(migrated('--local', calls), expected);
  assert.deepEqual(migrated('--remote', calls), expected);
  assert.equal(calls.at(-1)[0], 'deploy');
  assert.match(output, /Apply the migrations to the deployed databases/);
});

test('Where the migrations of one database fail nothing is deployed', () => {
  bind(home(1), home(2));
  const { status, calls } = copy.run('deploy', [], { FAIL_AT: 'apply DB_1 --remote' });
  assert.equal(status, 1);
  assert.deepEqual(migrated('--remote', calls), ['DB', 'DB_1']);
  assert.ok(!deployed(calls));
});

test('The databases are those of the chosen environment', () => {
  const inStaging = (number) => home(number, { database_name: `staging-${number}` }, 'env.staging.d1_databases');
  bind(home(1), '[env.staging]', inStaging(1), inStaging(2));
  const { calls } = copy.run('deploy', ['--env', 'staging']);
  assert.deepEqual(migrated('--local', calls), ['DB', 'DB_1']);
  assert.deepEqual(migrated('--remote', calls), ['DB', 'DB_1', 'DB_2']);
});

test('The environment and the configuration are those that wrangler takes', async () => {
  mkdirSync(join(copy.folder, 'other', 'inner'), { recursive: true });
  copy.write('other/wrangler.toml', '');
  copy.write('.env', 'CLOUDFLARE_ENV=first\n');
  copy.write('.env.local', 'CLOUDFLARE_ENV=second\n');
  copy.write('other/.env.named', 'CLOUDFLARE_ENV=named\n');
  const { configPath, environmentOf } = await import(join(copy.folder, 'scripts', 'databases.mjs'));
  for (const [args, env, variables = {}] of [
    [[], 'second'],
    [['--env', 'staging'], 'staging'], [['-e=staging'], 'staging'], [['--env', ''], ''],
    [[], 'process', { CLOUDFLARE_ENV: 'process' }], [['--env', 'staging'], 'staging', { CLOUDFLARE_ENV: 'process' }],
    [['--env-file', 'other/.env.named'], 'named'], [['--env-file', '.env', 'other/.env.named'], 'named'], [['--env-file', '.env'], 'first'],
    [['--cwd', 'other'], undefined], [['--cwd', 'other', '--env-file', '.env.named'], 'named'],
  ]) assert.equal(await environmentOf(readOptions(args), variables), env, args.join(' '));
  for (const [args, config] of [
    [[], 'wrangler.toml'], [['--config', 'other/wrangler.toml'], 'other/wrangler.toml'], [['-c=other/wrangler.toml'], 'other/wrangler.toml'],
    [['--cwd', 'other'], 'other/wrangler.toml'], [['--cwd', 'other/inner'], 'other/wrangler.toml'], [['--cwd', 'other', '--config', '../wrangler.toml'], 'wrangler.toml'],
  ]) assert.equal(configPath(readOptions(args)), join(copy.folder, config), args.join(' '));
  assert.equal(configPath(readOptions(['--config', 'nowhere.toml'])), undefined);
  for (const name of ['.env', '.env.local', 'other/.env.named', 'other/wrangler.toml']) rmSync(join(copy.folder, name));
});

test('A binding that the Worker could not use stops set-up and deployment before anything is changed', () => {
  for (const [text, message] of [[home(2), /binds DB_2 where DB_1 is expected/], ['DB_1 = = ', /wrangler cannot read wrangler\.toml/]]) {
    bind(text);
    for (const name of ['deploy', 'setup']) {
      const { status, output, calls } = copy.run(name);
      assert.equal(status, 1, output);
      assert.match(output, message);
      assert.deepEqual(calls, []);
    }
  }
});

test('A wrong binding is an error that names the cure', () => {
  const config = inProject('wrangler.toml');
  const main = { binding: 'DB', database_name: 'edge-auth', migrations_dir: 'migrations' };
  const homeOf = (number, changes) => ({ binding: `DB_${number}`, database_name: `edge-auth-${number}`, migrations_dir: 'migrations/homes', ...changes });
  for (const [homes, message] of [
    [[homeOf(1, { migrations_dir: undefined })], /DB_1 in wrangler\.toml has no migrations_dir: write migrations_dir = "migrations\/homes"/],
    [[homeOf(1), homeOf(2, { migrations_dir: 'migrations' })], /DB_2 in wrangler\.toml has migrations_dir = "migrations": write migrations_dir = "migrations\/homes"/],
    [[homeOf(2)], /binds DB_2 where DB_1 is expected: the numbers begin with 1 and have no gap/],
    [[homeOf(1), homeOf(3)], /binds DB_3 where DB_2 is expected/],
    [[homeOf(1), homeOf(1, { database_name: 'edge-auth-2' })], /binds DB_1 where DB_2 is expected.*each is bound once/],
    [[homeOf(0)], /binds DB_0 where DB_1 is expected/],
    [[homeOf('01')], /binds DB_01 where DB_1 is expected/],
    [Array.from({ length: 100 }, (_, index) => homeOf(index + 1)), /binds DB_100: 99 homes are the most/],
    [[homeOf(1), homeOf(2, { database_name: 'edge-auth-1' })], /DB_1 and DB_2 in wrangler\.toml have the same database_name "edge-auth-1"/],
    [[homeOf(1, { database_name: 'edge-auth' })], /DB and DB_1 in wrangler\.toml have the same database_name "edge-auth"/],
    [[homeOf(1, { database_id: 'x' }), homeOf(2, { database_id: 'x' })], /DB_1 and DB_2 in wrangler\.toml have the same database_id "x"/],
  ]) assert.throws(() => homesOf([main, ...homes], config), message);
  const others = [{ binding: 'DB_LOGS', database_name: 'logs' }, { binding: 'LOGS' }];
  assert.deepEqual(homesOf([...others, homeOf(2), main, homeOf(1)], config), ['DB_1', 'DB_2']);
  assert.deepEqual(homesOf([homeOf(1, { migrations_dir: '../migrations/homes/' })], inProject('other', 'wrangler.toml')), ['DB_1']);
});

test('The local databases are migrated again when a home or a migration of homes is added', () => {
  mkdirSync(join(copy.folder, '.wrangler', 'state', 'v3', 'd1'), { recursive: true });
  const run = () => migrated('--local', copy.run('setup').calls);
  assert.deepEqual(run(), ['DB']);
  assert.deepEqual(run(), []);
  bind(home(1));
  assert.deepEqual(run(), ['DB', 'DB_1']);
  assert.deepEqual(run(), []);
  copy.write('migrations/homes/0002_more.sql', 'SELECT 1;\n');
  assert.deepEqual(run(), ['DB', 'DB_1']);
  assert.deepEqual(run(), []);
});
