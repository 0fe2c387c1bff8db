// Installs the pinned Rust toolchain, and wasm-bindgen, which generates the bindings between the crate and JavaScript. That is
// compiled from crates.io with its own lock file, not downloaded from a release page.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ask, digest, Failure, inProject, machineEnvironment, read, run, step, toolchain } from '../shared.mjs';

const bindgen = 'scripts/install/bindgen';

function lockedVersion(crate, lock) {
  const version = read(lock)?.match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`))?.[1];
  if (!version) throw new Failure(`${lock} names no version of ${crate}: restore it with \`git checkout ${lock}\``);
  return version;
}

export async function installToolchain() {
  const rustc = ask('rustup', ['which', '--toolchain', toolchain.channel, 'rustc']);
  const folder = rustc && dirname(dirname(rustc));
  const has = (...names) => folder !== undefined && existsSync(join(folder, ...names));
  const programOf = { clippy: 'cargo-clippy', rustfmt: 'rustfmt' };
  const components = toolchain.components.filter((name) => !has('bin', programOf[name] ?? name));
  const targets = toolchain.targets.filter((name) => !has('lib', 'rustlib', name));
  if (folder && components.length + targets.length === 0) return;

  await step(`Install Rust ${toolchain.channel} with what rust-toolchain.toml names`, async () => {
    if (!folder) {
      const parts = [...components.flatMap((name) => ['--component', name]), ...targets.flatMap((name) => ['--target', name])];
      await run('rustup', ['toolchain', 'install', toolchain.channel, '--profile', 'minimal', '--no-self-update', ...parts]);
      return;
    }
    if (components.length) await run('rustup', ['component', 'add', '--toolchain', toolchain.channel, ...components]);
    if (targets.length) await run('rustup', ['target', 'add', '--toolchain', toolchain.channel, ...targets]);
  });
}

/** In the version of the crate in Cargo.lock, with which it must agree. */
export async function installBindgen() {
  const version = lockedVersion('wasm-bindgen', 'Cargo.lock');
  const own = lockedVersion('wasm-bindgen-cli-support', `${bindgen}/Cargo.lock`);
  if (own !== version) throw new Failure(`Cargo.lock has wasm-bindgen ${version}, and ${bindgen}/Cargo.toml ${own}: set both to one version`);
  const stamp = digest(bindgen);
  if (read('.tools', 'bindgen.stamp') === stamp && existsSync(inProject('.tools', 'bin', 'bindgen'))) return;
  checkCompiler();
  const folder = inProject('.tools', 'target');
  await step(`Compile wasm-bindgen ${version} into .tools (once; half a minute)`, () =>
    run('cargo', ['install', '--path', bindgen, '--locked', '--force', '--root', inProject('.tools')], { ...machineEnvironment, CARGO_TARGET_DIR: folder }));
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(inProject('.tools', 'bindgen.stamp'), stamp);
}

/** Rust links with the system's C compiler. */
function checkCompiler() {
  if (ask('cc', ['--version']) !== undefined) return;
  const cure = 'on Debian or Ubuntu `sudo apt-get install build-essential`, on macOS `xcode-select --install`';
  throw new Failure(`No C compiler (cc) is on PATH, and Rust links with it: ${cure}`);
}
