// Sets schemathesis up in a Python environment of the project's own, with a Python of the machine or one out of Debian's packages.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, digest, Failure, inProject, machineEnvironment, read, run, step } from '../shared.mjs';

const lock = 'scripts/install/schemathesis.txt';
const home = inProject('.tools', 'python');
const debian = inProject('.tools', 'debian');
const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const isRecent = 'import sys; sys.exit(sys.version_info < (3, 11))';

/** The libraries of a Python that came out of packages lie beside it. */
const debianLibraries = [`${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`]
  .flatMap((triple) => [join(debian, 'usr', 'lib', triple), join(debian, 'lib', triple)]);
const pythonEnvironment = {
  ...machineEnvironment,
  LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, ...debianLibraries].filter(Boolean).join(':'),
};

const runs = (program, ...args) => ask(program, args, pythonEnvironment) !== undefined;

/** `{ program, env }` of schemathesis. */
export async function installSchemathesis() {
  const program = join(home, 'bin', 'schemathesis');
  const stamp = digest(lock, 'scripts/install/python.mjs');
  // The Python it was made with may have gone with an update of the machine.
  if (read('.tools', 'python', 'stamp') !== stamp || !runs(program, '--version')) {
    await step('Install schemathesis and its Python packages into .tools (once)', install);
    writeFileSync(join(home, 'stamp'), stamp);
  }
  return { program, env: pythonEnvironment };
}

async function install() {
  rmSync(home, { recursive: true, force: true });
  const own = names.find((name) => runs(name, '-c', isRecent));
  const pip = own && runs(own, '-m', 'venv', home) ? ['-m', 'pip'] : [await makeOutOfPackages()];
  await run(join(home, 'bin', 'python3'), [...pip, 'install', '--quiet', '--disable-pip-version-check', '--require-hashes',
    '--only-binary', ':all:', '--requirement', inProject(lock)], pythonEnvironment);
}

/** Debian and Ubuntu split Python up. What is missing is unpacked beside the project: that needs no rights on the machine. */
async function makeOutOfPackages() {
  const cure = 'install Python 3.11 or newer (on Debian or Ubuntu `sudo apt-get install python3-venv`, on macOS `brew install python`)';
  if (!runs('apt-get', '--version')) throw new Failure(`No Python that could run schemathesis is on PATH: ${cure}`);
  await unpackPackages('python3-venv');
  const [wheel] = wheels(join(debian, 'usr')).concat(wheels('/usr'));
  const python = [join(debian, 'usr', 'bin', 'python3'), ...names].find((name) => runs(name, '-c', isRecent));
  if (!wheel || !python || !runs(python, '-m', 'venv', '--without-pip', home)) {
    throw new Failure(`The packages of this system hold no Python that is recent enough for schemathesis: ${cure}`);
  }
  // A wheel is a folder to Python, and pip runs from within its own.
  return join(wheel, 'pip');
}

function wheels(prefix) {
  const folder = join(prefix, 'share', 'python-wheels');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('pip-')).map((name) => join(folder, name)) : [];
}

/** Fetches a package, and all it needs that this machine lacks, with lists and a cache of its own, for which no root is needed. */
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
