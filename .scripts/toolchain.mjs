// Installs the pinned Rust toolchain and the two programs that turn the crate into a Worker.
// They are built from crates.io rather than downloaded from release pages: one registry to reach, one lock file to trust.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ask, cargoHome, Failure, inProject, machineEnvironment, read, run, step, toolchain } from './shared.mjs';

const sources = inProject('.tools', 'source');

/** The programs to install, each in the version that Cargo.lock holds for the crate it must agree with. */
function programs() {
  return [
    { name: 'wasm-bindgen', crate: 'wasm-bindgen-cli', version: lockedVersion('wasm-bindgen') },
    // It never downloads anything here, so it goes without TLS, and the machine without OpenSSL's headers.
    { name: 'worker-build', crate: 'worker-build', version: lockedVersion('worker'), withoutFeature: 'native-tls' },
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
  for (const { name, crate, version, withoutFeature } of missing) {
    await step(`Compile ${name} ${version} into .tools (once; a few minutes)`, async () => {
      const origin = withoutFeature ? ['--path', await sourceWithout(withoutFeature, crate, version)] : [`${crate}@${version}`];
      await run('cargo', ['install', ...origin, '--bin', name, '--locked', '--force', '--root', inProject('.tools')], {
        ...machineEnvironment,
        CARGO_TARGET_DIR: shared,
        // Each program works for less than a second a build: minutes of optimization would never be earned back.
        CARGO_PROFILE_RELEASE_OPT_LEVEL: '0',
        CARGO_PROFILE_RELEASE_LTO: 'off',
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '256',
        CARGO_PROFILE_RELEASE_STRIP: 'debuginfo',
      });
    });
  }
  rmSync(shared, { recursive: true, force: true });
  rmSync(sources, { recursive: true, force: true });
}

/** The crate's source without one of its features; its lock file then only loses what nobody needs any more. */
async function sourceWithout(feature, crate, version) {
  const asker = join(sources, 'asker');
  mkdirSync(join(asker, 'src'), { recursive: true });
  writeFileSync(join(asker, 'src', 'lib.rs'), '');
  const dependency = `[dependencies]\n${crate} = "=${version}"\n`;
  writeFileSync(join(asker, 'Cargo.toml'), `[package]\nname = "asker"\nedition = "2024"\n[workspace]\n${dependency}`);
  const manifest = join(asker, 'Cargo.toml');
  await run('cargo', ['fetch', '--quiet', '--manifest-path', manifest], machineEnvironment);
  // Cargo tells nobody where it puts a program's source, but it always puts it there.
  const registries = join(cargoHome, 'registry', 'src');
  const unpacked = readdirSync(registries).map((registry) => join(registries, registry, `${crate}-${version}`)).find(existsSync);
  if (!unpacked) throw new Failure(`Cargo left no source of ${crate} ${version} in ${registries}: is crates.io within reach?`);
  const copy = join(sources, crate);
  cpSync(unpacked, copy, { recursive: true });
  const line = `    "${feature}",\n`;
  const original = readFileSync(join(copy, 'Cargo.toml'), 'utf8');
  if (!original.includes(line)) throw new Failure(`${crate} ${version} has no feature ${feature} any more: mend .scripts/toolchain.mjs`);
  writeFileSync(join(copy, 'Cargo.toml'), `${original.replace(line, '')}\n[workspace]\n`);
  await run('cargo', ['fetch', '--quiet', '--manifest-path', join(copy, 'Cargo.toml')], machineEnvironment);
  return copy;
}

/** Rust links with the system's C compiler. */
function checkCompiler() {
  if (ask('cc', ['--version']) !== undefined) return;
  const cure = 'on Debian or Ubuntu `sudo apt-get install build-essential`, on macOS `xcode-select --install`';
  throw new Failure(`No C compiler (cc) is on PATH, and Rust links with it: ${cure}`);
}
