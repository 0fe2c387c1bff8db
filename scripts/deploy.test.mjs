// `npm run deploy` runs two wrangler commands: both must mean the same environment, or the wrong database is migrated.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { copyProject } from '../tests/support/project-copy.mjs';
import { environment, inProject, project } from './shared.mjs';
import { checkTakenByNpm, deployOptions } from './wrangler-options.mjs';

let copy;
before(() => {
  copy = copyProject();
  // Node itself reads an --env-file, and stops without it.
  for (const name of ['.env', '.env.staging']) copy.write(name, 'GREETING=hello\n');
});
after(() => copy.remove());

/** The calls that concern the deployed Worker: set-up migrates the local database first. Queries are apart. */
function deploy(args, env) {
  const { calls, ...rest } = copy.run('deploy', args, env);
  const remote = calls.filter((call) => !call.includes('--local'));
  const isQuery = (call) => call[1] === 'execute';
  return { ...rest, calls: remote.filter((call) => !isQuery(call)), queries: remote.filter(isQuery) };
}

const query = ['d1', 'execute', 'DB', '--remote'];
const migrate = ['d1', 'migrations', 'apply', 'DB', '--remote'];

for (const choice of [
  [],
  ['--env', 'staging'], ['--env=staging'], ['-e', 'staging'], ['-e=staging'], ['--env', ''],
  ['--config', 'other/wrangler.toml'], ['--config=other/wrangler.toml'], ['-c', 'other/wrangler.toml'],
  ['--cwd', 'other'], ['--cwd=other'],
  ['--env-file', '.env.staging'], ['--env-file', '.env', '.env.staging'], ['--env-file=.env', '--env-file=.env.staging'], ['--envFile', '.env'],
  ['--profile', 'work'],
  ['-e', 'staging', '--config', 'other/wrangler.toml', '--env-file', '.env.staging'],
]) {
  test(`"${choice.join(' ')}" chooses for the migrations and for the deployment`, () => {
    const { calls, queries } = deploy(choice);
    assert.deepEqual(calls, [[...migrate, ...choice], ['deploy', ...choice]]);
    assert.ok(queries.length > 0);
    for (const call of queries) assert.deepEqual(call.slice(0, query.length + choice.length), [...query, ...choice]);
  });
}

test('Options that only a deployment knows reach only the deployment', () => {
  const others = ['--minify', '--message', 'a b', '--var', 'A:1', 'B:2', '--keep-vars=true', '--tag=v1', '--no-bundle', 'false', '--name', 'other'];
  const { calls } = deploy([...others, '--env', 'staging', '--outdir', 'dist']);
  assert.deepEqual(calls, [[...migrate, '--env', 'staging'], ['deploy', ...others, '--env', 'staging', '--outdir', 'dist']]);
});

test('What uploads nothing migrates nothing', () => {
  for (const args of [['--dry-run'], ['--dry-run=true'], ['--dry-run', 'true'], ['--dryRun'], ['--env', 'staging', '--dry-run'], ['--help'], ['-h'], ['--version'], ['-v']]) {
    assert.deepEqual(deploy(args).calls, [['deploy', ...args]]);
  }
  for (const args of [['--dry-run=false'], ['--dry-run', 'false'], ['--no-dry-run']]) {
    assert.deepEqual(deploy(args).calls, [migrate, ['deploy', ...args]]);
  }
});

test('Where the migrations fail nothing is deployed', () => {
  const { status, calls } = deploy(['--env', 'staging'], { FAIL_AT: 'apply DB --remote' });
  assert.equal(status, 1);
  assert.deepEqual(calls, [[...migrate, '--env', 'staging']]);
});

test('What wrangler would reject, or read as a path to another configuration, is rejected before the migrations', () => {
  for (const args of [['--enviroment', 'staging'], ['-estaging'], ['staging'], ['--env', 'staging', 'other/index.js'], ['--minify', 'other/index.js'], ['--', 'other/index.js']]) {
    const { status, output, calls } = deploy(args);
    assert.equal(status, 1);
    assert.match(output, /is not an option|belongs to no option/);
    assert.deepEqual(calls, []);
  }
});

test('An option without the two dashes, which npm takes for itself, is not lost in silence', () => {
  for (const name of ['env', 'config', 'call', 'cwd', 'env_file', 'profile', 'dry_run']) {
    const { status, output, calls } = deploy([], { [`npm_config_${name}`]: 'true' });
    assert.equal(status, 1);
    assert.match(output, /npm run deploy -- --env staging/);
    assert.deepEqual(calls, []);
  }
  checkTakenByNpm(['dry-run'], { npm_config_cache: '/home/ada/.npm' });
});

const wrangler = (...args) => spawnSync('wrangler', args, { cwd: project, env: { ...environment, CI: '1', NO_COLOR: '1' }, encoding: 'utf8' });

test('An environment that wrangler.toml does not describe is an error, and not the production database', () => {
  const state = mkdtempSync(join(tmpdir(), 'edge-auth-state-'));
  try {
    const { status, stdout, stderr } = wrangler('d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state, '--env', 'nowhere', '--config', inProject('wrangler.toml'));
    assert.match(stdout + stderr, /No environment found in configuration with name "nowhere"/);
    assert.equal(status, 1);
  } finally {
    rmSync(state, { recursive: true });
  }
});

test('The list of options is that of the installed wrangler', () => {
  const kinds = { boolean: 'flags', array: 'lists' };
  const help = wrangler('deploy', '--help').stdout.split('OPTIONS\n')[1];
  const options = [...help.matchAll(/^ +(--[\w-]+(?:, --[\w-]+)*) .*?(?=\n +--|$(?![\s\S]))/gms)];
  assert.ok(options.length > 25);
  for (const [text, names] of options) {
    const kind = kinds[text.match(/\[(boolean|array)\]/)?.[1]] ?? 'values';
    for (const name of names.split(', ')) assert.ok(deployOptions[kind].includes(name.slice(2)), `${name} belongs to ${kind}`);
  }
  const shared = wrangler('d1', 'migrations', 'apply', '--help').stdout;
  for (const name of ['config', 'cwd', 'env', 'env-file', 'profile']) assert.match(shared, new RegExp(`--${name} `));
});
