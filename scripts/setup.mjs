// Prepares a fresh clone, so that it can be run, tested and deployed. Each step first checks whether it is already done, so
// every other script can call this at little cost.

import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boundDatabases, nounOf } from './databases.mjs';
import { installBindgen, installToolchain } from './install/toolchain.mjs';
import { planSecrets } from './local-secrets.mjs';
import { prepareSpellings, reportClashes } from './respell.mjs';
import { ask, cleanInstall, digest, environment, Failure, inProject, machineEnvironment, main, project, read, run, step } from './shared.mjs';
import { localChoiceOf, valueOf } from './wrangler-options.mjs';

/** The oldest Node that wrangler accepts. */
const wranglerNode = [22, 12];

/** `options` are those of the `wrangler dev` that follows. */
export async function setUp(options = []) {
  checkMachine();
  // At once: npm waits for its registry, and the compiler does not need npm.
  await Promise.all([installPackages(), installToolchain().then(installBindgen)]);
  checkNode();
  await createLocalSecrets(options);
  await migrateLocally(options);
}

function checkMachine() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Failure(`Node ${process.versions.node} is too old: install Node 20 or newer from https://nodejs.org`);
  }
  for (const program of ['rustup', 'cargo']) {
    if (ask('which', [program]) === undefined) {
      throw new Failure(`${program} is not on PATH: install Rust with rustup from https://rustup.rs, then open a new shell`);
    }
  }
}

async function installPackages() {
  // npm writes this file last, so an interrupted installation is not mistaken for a complete one.
  const installed = inProject('node_modules', '.package-lock.json');
  const isFresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(inProject('package-lock.json')).mtimeMs;
  if (isFresh && existsSync(inProject('node_modules', '.bin', 'wrangler'))) return;
  await step('Install the packages of package-lock.json', () => run('npm', cleanInstall, machineEnvironment));
}

/** The packages include a Node where npm has it at the pinned version: on Linux. Elsewhere the machine's Node must do. */
function checkNode() {
  const version = ask('node', ['--version'], environment) ?? 'missing';
  const [major, minor] = version.slice(1).split('.').map(Number);
  const [leastMajor, leastMinor] = wranglerNode;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new Failure(`wrangler needs Node ${wranglerNode.join('.')} or newer, and this machine's is ${version}: install Node 24 from https://nodejs.org`);
}

async function createLocalSecrets(options) {
  // With other files named, or a configuration elsewhere, wrangler reads none of the project's files.
  const folder = resolve(project, valueOf(options, 'cwd') ?? '', dirname(valueOf(options, 'config') ?? 'wrangler.toml'));
  if (folder !== project || options.some(({ name }) => name === 'env-file')) return;
  const { parse } = (await import('dotenv')).default;
  const { file, lines, messages } = planSecrets({ read, parse, env: valueOf(options, 'env') });
  if (lines !== '') {
    appendFileSync(inProject(file), lines, { mode: 0o600 });
    if (file.startsWith('.dev.vars')) chmodSync(inProject(file), 0o600);
  }
  for (const message of messages) console.log(message);
}

/** In the databases that `wrangler dev` with these options will use. */
async function migrateLocally(options) {
  const chosen = localChoiceOf(options);
  // The stamp is in the data's folder, so that deleting the data deletes it as well.
  const folder = resolve(project, valueOf(options, 'persist-to') ?? '.wrangler/state');
  const stamp = join(folder, 'migrations.stamp');
  // The .env files may choose an environment, too.
  const current = [digest('migrations', 'wrangler.toml', '.env', '.env.local'), process.env.CLOUDFLARE_ENV, ...chosen].join(' ');
  const hasData = existsSync(join(folder, 'v3', 'd1'));
  // Where a configuration elsewhere keeps its data, wrangler alone knows.
  const isElsewhere = options.some(({ name }) => ['config', 'cwd'].includes(name));
  if (!isElsewhere && hasData && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return;
  const databases = await boundDatabases(options);
  await step(`Apply the migrations to the local ${nounOf(databases)}`, async () => {
    if (isElsewhere || hasData) prepareSpellings(['--local', ...chosen]);
    for (const binding of databases) {
      // CI=1 answers wrangler's question: a local database holds nothing of value.
      await run('wrangler', ['d1', 'migrations', 'apply', binding, '--local', ...chosen], { ...environment, CI: '1' });
    }
    reportClashes(['--local', ...chosen]);
  });
  if (isElsewhere) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, current);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(() => setUp());
