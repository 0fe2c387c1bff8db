// What every script needs: the project's folder, the environment of its programs, and the output of a step.
// Only Node's own modules are used, since these scripts run before anything is installed.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writableHomes } from './home.mjs';

export const project = dirname(dirname(fileURLToPath(import.meta.url)));
export const inProject = (...names) => join(project, ...names);
const homes = writableHomes(project);
const installedCargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
export const cargoHome = homes.CARGO_HOME ?? installedCargoHome;

const installedPrograms = inProject('node_modules', '.bin');
const foreignPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== installedPrograms);
// rustup's installer adds this folder to PATH only in new shells, so it is added here as the last one.
foreignPath.push(join(installedCargoHome, 'bin'));

const toolchainFile = readFileSync(inProject('rust-toolchain.toml'), 'utf8');
const toolchainList = (key) => [...(toolchainFile.match(new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, 'm'))?.[1] ?? '')
  .matchAll(/"([^"]+)"/g)].map(([, name]) => name);

/** What rust-toolchain.toml specifies. */
export const toolchain = {
  channel: toolchainFile.match(/^channel\s*=\s*"([^"]+)"/m)?.[1],
  components: toolchainList('components'),
  targets: toolchainList('targets'),
};

/** Without the project's own programs: npm must not run on the Node that it is about to replace. */
export const machineEnvironment = {
  ...process.env,
  ...homes,
  PATH: foreignPath.join(delimiter),
  // Set explicitly, so that no override of rustup selects another toolchain.
  RUSTUP_TOOLCHAIN: toolchain.channel,
  WRANGLER_SEND_METRICS: 'false',
};

/** With the project's own programs first: wrangler needs a newer Node than the machine may have. */
export const environment = {
  ...machineEnvironment,
  PATH: [installedPrograms, ...foreignPath].join(delimiter),
  // So that Node compiles the 15 MB of wrangler once, not at each of some hundred starts.
  NODE_COMPILE_CACHE: inProject('target', 'compile-cache'),
};

/**
 * npm's arguments: exactly what the lock file names, each checked against its integrity. No package's install script runs, since
 * it could download a program that no lock file knows. Only errors are shown: the warnings are about the machine's Node, and the
 * packages bring the Node they need.
 */
export const cleanInstall = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** An error that the user can act on, so it is printed without a stack. */
export class Failure extends Error {}

/** Runs a program with its output on the terminal; resolves when it succeeds. */
export function run(program, args, env = environment, cwd = project) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: 'inherit' });
    // Of all signals only Ctrl-C in a terminal reaches the child as well, and receiving it twice is harmless.
    let interruption;
    const onSignal = (signal) => {
      interruption = signal;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, onSignal);
    child.on('error', (error) => reject(new Failure(`${program} cannot be started: ${error.message}`)));
    child.on('exit', (code, signal) => {
      if (interruption) process.exit(128 + constants.signals[interruption]);
      for (const name of signals) process.off(name, onSignal);
      if (code === 0) resolve();
      else reject(new Failure(`\`${[program, ...args].join(' ').slice(0, 100)}\` ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

/** The output of a program, or undefined when it is missing or fails. */
export function ask(program, args, env = machineEnvironment) {
  const answer = spawnSync(program, args, { cwd: project, env, encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** Prints the name of a slow step when it begins, and its time when it ends. */
export async function step(name, work) {
  const begin = Date.now();
  console.log(`\n▶ ${name}`);
  await work();
  console.log(`✔ ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
}

/** A digest of the contents of files and folders: unlike modification times, it survives a checkout and reflects a removal. */
export function digest(...names) {
  const hash = createHash('sha256');
  const add = (name) => {
    if (!existsSync(inProject(name))) return;
    if (statSync(inProject(name)).isDirectory()) {
      for (const entry of readdirSync(inProject(name)).sort()) add(join(name, entry));
    } else hash.update(`${name}\0`).update(readFileSync(inProject(name))).update('\0');
  };
  names.forEach(add);
  return hash.digest('hex');
}

export const read = (...names) => existsSync(inProject(...names)) ? readFileSync(inProject(...names), 'utf8') : undefined;

/** Runs a script: a failure is printed in one line and sets the exit code. */
export function main(work) {
  work().catch((error) => {
    console.error(`\n✘ ${error instanceof Failure ? error.message : error.stack}`);
    process.exitCode = 1;
  });
}
