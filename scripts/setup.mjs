// Prepares a fresh clone, so that it can be run, tested and deployed. Each step first checks whether it is already done, so
// every other script can call this at little cost.

import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareSpellings, reportClashes } from './respell.mjs';
import { ask, cleanInstall, digest, environment, Failure, inProject, machineEnvironment, main, read, run, step } from './shared.mjs';
import { installBindgen, installToolchain } from './install/toolchain.mjs';

/** The oldest Node that wrangler accepts. */
const wranglerNode = [22, 12];

export async function setUp() {
  checkMachine();
  await installPackages();
  checkNode();
  await installToolchain();
  await installBindgen();
  createLocalSecrets();
  await migrateLocally();
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

/** The Worker's own secret, and one that it shares with a Better Auth frontend such as examples/nextjs. */
function createLocalSecrets() {
  const file = inProject('.dev.vars');
  const content = read('.dev.vars') ?? '';
  const isPresent = (name) => new RegExp(`^\\s*(export\\s+)?${name}\\s*=`, 'm').test(content);
  const missing = ['JWT_SECRET', 'BETTER_AUTH_SECRET'].filter((name) => !isPresent(name));
  if (missing.length === 0) return;
  const isNew = content === '';
  const separator = isNew || content.endsWith('\n') ? '' : '\n';
  const lines = missing.map((name) => `${name}=${randomBytes(32).toString('base64url')}\n`);
  appendFileSync(file, separator + lines.join(''), { mode: 0o600 });
  chmodSync(file, 0o600);
  console.log(`Wrote a random ${missing.join(' and a random ')} into .dev.vars, for this machine only`);
}

async function migrateLocally() {
  // The stamp is in the data's folder, so that deleting the data deletes it as well.
  const stamp = inProject('.wrangler', 'state', 'migrations.stamp');
  const current = digest('migrations', 'wrangler.toml');
  const isApplied = read('.wrangler', 'state', 'migrations.stamp') === current;
  if (isApplied && existsSync(inProject('.wrangler', 'state', 'v3', 'd1'))) return;
  await step('Apply the migrations to the local database', async () => {
    if (existsSync(inProject('.wrangler', 'state', 'v3', 'd1'))) prepareSpellings(['--local']);
    // CI=1 answers wrangler's question: a local database holds nothing of value.
    await run('wrangler', ['d1', 'migrations', 'apply', 'DB', '--local'], { ...environment, CI: '1' });
    reportClashes(['--local']);
  });
  mkdirSync(inProject('.wrangler', 'state'), { recursive: true });
  writeFileSync(stamp, current);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(setUp);
