// Compiles the crate into build/, which wrangler uploads, and lays the documentation beside it: wrangler.toml names this
// script as its build command.
// Every `wrangler dev`, test and deployment calls it, several of them at once, so it does nothing when nothing has changed.

import { cpSync, existsSync, mkdirSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, cargoHome, digest, environment, Failure, inProject, main, project, read, run, toolchain } from './shared.mjs';

const inputs = ['src', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'package-lock.json', '.scripts/build.mjs'];
const outputs = ['index.js', 'index_bg.wasm', 'docs'];
/** What the documentation is made of: our page and description, and the viewer. */
const docs = [
  ...['openapi.json', 'page.html', 'page.js'].map((name) => inProject('src', 'docs', name)),
  ...['swagger-ui-bundle.js', 'swagger-ui.css'].map((name) => inProject('node_modules', 'swagger-ui-dist', name)),
];
const wasmOpt = inProject('node_modules', '.bin', 'wasm-opt');
// What the compiler emits by itself, and what wasm-bindgen adds: nothing that workerd does not know yet may come in.
const features = ['bulk-memory', 'exception-handling', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext'];
// A function that is put into its only caller compresses worse than one of its own: beyond 30 instructions it stays.
const inlining = ['--one-caller-inline-max-function-size', '30'];
const optimizations = ['-O3', ...inlining, '--strip-debug', '--strip-producers', ...features.map((name) => `--enable-${name}`)];
const lock = inProject('build', '.lock');
const longestWait = 15 * 60_000;

export async function build() {
  if (isFresh()) return;
  for (const program of [inProject('.tools', 'bin', 'worker-build'), wasmOpt]) {
    if (!existsSync(program)) throw new Failure(`${program} is missing: run \`npm run setup\``);
  }
  await takeLock();
  try {
    // Another process may have built it in the meantime.
    if (!isFresh()) await compile();
  } finally {
    unlinkSync(lock);
  }
}

/** Taken before the compiler runs, the digest makes an edit during the build show as stale. */
async function compile() {
  const stamp = digest(...inputs);
  await run(inProject('.tools', 'bin', 'worker-build'), ['--release', '--locked'], {
    ...environment,
    // Given all three, worker-build downloads nothing.
    WASM_BINDGEN_BIN: inProject('.tools', 'bin', 'wasm-bindgen'),
    WASM_OPT_BIN: wasmOpt,
    ESBUILD_BIN: inProject('node_modules', '.bin', 'esbuild'),
    CARGO_ENCODED_RUSTFLAGS: remappedPaths().join('\x1f'),
  });
  const wasm = inProject('build', 'index_bg.wasm');
  // Names of functions, a fifth of the size, go with it.
  await run(wasmOpt, [wasm, '--output', wasm, ...optimizations]);
  for (const file of docs) cpSync(file, inProject('build', 'docs', basename(file)));
  writeFileSync(inProject('build', '.stamp'), stamp);
}

/** Panic messages name source files: what is uploaded must not tell whose machine compiled it. */
function remappedPaths() {
  const rustc = ask('rustup', ['which', '--toolchain', toolchain.channel, 'rustc']);
  const names = [
    [homedir(), '/home'],
    [cargoHome, '/cargo'],
    ...(rustc ? [[dirname(dirname(rustc)), '/rust']] : []),
    [project, '/edge-auth'],
  ];
  // The compiler takes the last that fits, hence the widest folder first.
  return names.map(([folder, name]) => `--remap-path-prefix=${folder}=${name}`);
}

function isFresh() {
  return outputs.every((name) => existsSync(inProject('build', name))) && read('build', '.stamp') === digest(...inputs);
}

/** The lock is a link to the number of the process that holds it: made in one step, and telling when its maker is gone. */
async function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  let isTold = false;
  for (const begin = Date.now(); Date.now() - begin < longestWait; await new Promise((wake) => setTimeout(wake, 100))) {
    try {
      return symlinkSync(String(process.pid), lock);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHeld()) releaseAbandoned();
      else if (!isTold) console.log('Waiting for another build of the same project to end');
      isTold = true;
    }
  }
  throw new Failure('Another build has held build/.lock for too long: if none is running, delete that file');
}

function isHeld() {
  try {
    process.kill(Number(readlinkSync(lock)), 0);
    return true;
  } catch (error) {
    // Gone meanwhile counts as held: the next round simply takes it.
    return error.code === 'ENOENT' || error.code === 'EPERM';
  }
}

function releaseAbandoned() {
  try {
    unlinkSync(lock);
  } catch {
    // Another waiting process was faster.
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(build);
