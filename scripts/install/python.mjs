// Installs Python programs into environments of the project's own, with the machine's Python or one from Debian's packages.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, digest, Failure, inProject, machineEnvironment, read, run, step } from '../shared.mjs';

const debian = inProject('.tools', 'debian');
const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const isRecent = 'import sys; sys.exit(sys.version_info < (3, 11))';

/** The libraries of a Python that was unpacked from packages are in the same folder. */
const debianLibraries = [`${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`]
  .flatMap((triple) => [join(debian, 'usr', 'lib', triple), join(debian, 'lib', triple)]);
const pythonEnvironment = {
  ...machineEnvironment,
  LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, ...debianLibraries].filter(Boolean).join(':'),
};

const runs = (program, ...args) => ask(program, args, pythonEnvironment) !== undefined;

export const installSchemathesis = () => installProgram('schemathesis', 'scripts/install/schemathesis.txt');

/** Installs the packages of a lock file, one of which has the program. Returns `{ program, python, env }`: `python` imports these packages. */
export async function installProgram(name, lock) {
  const program = join(inProject('.tools', name), 'bin', name);
  return { program, ...await installPythonPackages(name, lock, program) };
}

/** Installs the packages of a lock file into an environment of this name. Returns `{ python, env }`: `python` imports them. */
export async function installPythonPackages(name, lock, program) {
  const home = inProject('.tools', name);
  const python = join(home, 'bin', 'python3');
  const stamp = digest(lock, 'scripts/install/python.mjs');
  // An update of the machine may have removed the Python that it was installed with.
  if (read('.tools', name, 'stamp') !== stamp || !runs(program ?? python, '--version')) {
    await step(`Install ${name} and its Python packages into .tools (once)`, () => install(home, lock));
    writeFileSync(join(home, 'stamp'), stamp);
  }
  return { python, env: pythonEnvironment };
}

async function install(home, lock) {
  rmSync(home, { recursive: true, force: true });
  const own = names.find((name) => runs(name, '-c', isRecent));
  const pip = own && runs(own, '-m', 'venv', home) ? ['-m', 'pip'] : [await installFromPackages(home)];
  await run(join(home, 'bin', 'python3'), [...pip, 'install', '--quiet', '--disable-pip-version-check', '--require-hashes',
    '--only-binary', ':all:', '--requirement', inProject(lock)], pythonEnvironment);
}

/** Debian and Ubuntu split Python into packages. Missing ones are unpacked into .tools, which needs no root. */
async function installFromPackages(home) {
  const cure = 'install Python 3.11 or newer (on Debian or Ubuntu `sudo apt-get install python3-venv`, on macOS `brew install python`)';
  if (!runs('apt-get', '--version')) throw new Failure(`No Python 3.11 or newer is on PATH: ${cure}`);
  await unpackPackages('python3-venv');
  const [wheel] = wheels(join(debian, 'usr')).concat(wheels('/usr'));
  const python = [join(debian, 'usr', 'bin', 'python3'), ...names].find((name) => runs(name, '-c', isRecent));
  if (!wheel || !python || !runs(python, '-m', 'venv', '--without-pip', home)) {
    throw new Failure(`The packages of this system include no Python 3.11 or newer: ${cure}`);
  }
  // Python imports from a wheel as from a folder, so pip can run from its own.
  return join(wheel, 'pip');
}

function wheels(prefix) {
  const folder = join(prefix, 'share', 'python-wheels');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('pip-')).map((name) => join(folder, name)) : [];
}

/** Downloads a package and its missing dependencies, with separate lists and a separate cache, which needs no root. */
async function unpackPackages(name) {
  const lists = join(debian, 'apt', 'lists');
  const archives = join(debian, 'apt', 'archives');
  for (const folder of [lists, archives]) mkdirSync(join(folder, 'partial'), { recursive: true });
  const places = [`Dir::State::Lists=${lists}`, `Dir::Cache=${join(debian, 'apt')}`, 'Debug::NoLocking=true', 'APT::Sandbox::User=root'];
  const apt = (...args) => run('apt-get', [...places.flatMap((option) => ['-o', option]), '-qq', ...args], machineEnvironment);
  await apt('update');
  await apt('install', '--yes', '--download-only', '--no-install-recommends', name);
  for (const archive of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    await run('dpkg-deb', ['--extract', join(archives, archive), debian], machineEnvironment);
  }
  rmSync(join(debian, 'apt'), { recursive: true });
}
