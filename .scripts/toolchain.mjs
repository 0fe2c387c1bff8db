// Installs the pinned Rust toolchain and the two programs that turn the crate into a Worker.
// They are built from crates.io rather than downloaded from release pages: one registry to reach, one lock file to trust.

import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ask, environment, Failure, inProject, machineEnvironment, read, run, step, toolchain } from './shared.mjs';

/** The programs to install, each in the version that Cargo.lock holds for the crate it must agree with. */
function programs() {
  return [
    { name: 'wasm-bindgen', crate: 'wasm-bindgen-cli', version: lockedVersion('wasm-bindgen') },
    { name: 'worker-build', crate: 'worker-build', version: lockedVersion('worker') },
  ];
}

function lockedVersion(crate) {
  const version = read('Cargo.lock')?.match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`))?.[1];
  if (!version) throw new Failure(`Cargo.lock names no version of ${crate}: restore it with \`git checkout Cargo.lock\``);
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

export async function installPrograms() {
  const installed = read('.tools', '.crates.toml') ?? '';
  const missing = programs().filter(({ name, crate, version }) =>
    !installed.includes(`"${crate} ${version} `) || !existsSync(inProject('.tools', 'bin', name)));
  if (missing.length === 0) return;
  checkCompiler();

  // The crates that both programs share are compiled once, in a folder that goes when all is done.
  const shared = inProject('.tools', 'target');
  for (const { name, crate, version } of missing) {
    await step(`Compile ${name} ${version} into .tools (once; a few minutes)`, () =>
      run('cargo', ['install', `${crate}@${version}`, '--bin', name, '--locked', '--force', '--root', inProject('.tools')], {
        ...machineEnvironment,
        CARGO_TARGET_DIR: shared,
        // Each program works for less than a second a build: minutes of optimization would never be earned back.
        CARGO_PROFILE_RELEASE_OPT_LEVEL: '0',
        CARGO_PROFILE_RELEASE_LTO: 'off',
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '256',
        CARGO_PROFILE_RELEASE_STRIP: 'debuginfo',
      }));
  }
  rmSync(shared, { recursive: true, force: true });
}

/** worker-build links against the system's OpenSSL, whose absence shows only as a page of build-script output. */
function checkCompiler() {
  const cure = 'On Debian or Ubuntu: `sudo apt-get install build-essential pkg-config libssl-dev`; on macOS: `xcode-select --install`';
  if (ask('cc', ['--version']) === undefined) throw new Failure(`No C compiler (cc) is on PATH, and Rust links with it. ${cure}`);
  if (process.platform !== 'linux' || environment.OPENSSL_DIR) return;
  if (ask('pkg-config', ['--exists', 'openssl']) === undefined) {
    throw new Failure(`pkg-config finds no OpenSSL headers, which worker-build needs. ${cure}`);
  }
}
