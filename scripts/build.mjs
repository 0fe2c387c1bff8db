// Compiles the crate into build/, which wrangler uploads, and copies the documentation there: wrangler.toml names this script as
// its build command.
// Every `wrangler dev`, test and deployment calls it, several at the same time, so it does nothing when nothing has changed.

import { cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeExports } from './wasm-exports.mjs';
import { ask, cargoHome, digest, environment, Failure, inProject, main, project, read, run, toolchain } from './shared.mjs';

const inputs = [
  'src', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'package-lock.json', 'scripts/build.mjs', 'scripts/wasm-exports.mjs',
  'scripts/install/bindgen',
];
const outputs = ['index.js', 'index_bg.wasm', 'docs'];
/** The files of the documentation: the page, the OpenAPI document, and the viewer. */
const docs = [
  ...['openapi.json', 'page.html', 'page.js'].map((name) => inProject('src', 'docs', name)),
  ...['swagger-ui-bundle.js', 'swagger-ui.css'].map((name) => inProject('node_modules', 'swagger-ui-dist', name)),
];
const wasmBindgen = inProject('.tools', 'bin', 'bindgen');
const wasmOpt = inProject('node_modules', '.bin', 'wasm-opt');
// What the compiler emits by itself, what wasm-bindgen adds, and the vectors of src/auth/argon2id: no other
// feature is enabled, since workerd may not support it.
const features = ['bulk-memory', 'exception-handling', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext', 'simd'];
// A function inlined into its only caller compresses worse than a separate one, so those beyond 30 instructions are not inlined.
const inlining = ['--one-caller-inline-max-function-size', '30'];
const optimizations = ['-O3', ...inlining, '--strip-debug', '--strip-producers', ...features.map((name) => `--enable-${name}`)];
/** By default 1 MiB, which is in the memory of every isolate. A stack that overflows traps: it lies below everything else. */
const stackSize = `-Clink-arg=-zstack-size=${128 * 1024}`;
const lock = inProject('build', '.lock');
const longestWait = 15 * 60_000;

export async function build() {
  if (isFresh()) return;
  for (const program of [wasmBindgen, wasmOpt]) {
    if (!existsSync(program)) throw new Failure(`${program} is missing: run \`npm run setup\``);
  }
  await acquireLock();
  try {
    // Another process may have built it while this one waited.
    if (!isFresh()) await compile();
  } finally {
    unlinkSync(lock);
  }
}

/** The digest is computed before the compiler runs, so that an edit during the build makes the result stale. */
async function compile() {
  const stamp = digest(...inputs);
  await assemble('release', inProject('build'));
  const wasm = inProject('build', 'index_bg.wasm');
  // Also strips the names of functions, a fifth of the size.
  await run(wasmOpt, [wasm, '--output', wasm, ...optimizations]);
  for (const file of docs) cpSync(file, inProject('build', 'docs', basename(file)));
  writeFileSync(inProject('build', '.stamp'), stamp);
}

/** Compiles the crate with the profile `dev` or `release`, and writes the module and its JavaScript, one file, into the folder. */
export async function assemble(profile, folder) {
  await run('cargo', ['build', '--lib', '--locked', '--profile', profile, '--target', 'wasm32-unknown-unknown'], {
    ...environment,
    // The crate's bindings use js-sys.
    WASM_BINDGEN_USE_JS_SYS: '1',
    CARGO_ENCODED_RUSTFLAGS: [...(profile === 'release' ? [stackSize] : []), ...remappedPaths()].join('\x1f'),
  });
  const compiled = inProject('target', 'wasm32-unknown-unknown', profile === 'dev' ? 'debug' : profile, 'edge_auth.wasm');
  const bindings = inProject('target', 'bindings', profile);
  await run(wasmBindgen, [compiled, bindings]);
  const code = join(bindings, 'index.js');
  writeFileSync(code, adaptBindings(readFileSync(code, 'utf8')));
  mkdirSync(folder, { recursive: true });
  await run('esbuild', [
    inProject('src', 'platform', 'worker.js'), `--alias:edge-auth=${code}`, '--external:./index_bg.wasm', '--external:cloudflare:*', '--bundle', '--minify', '--format=esm',
    // wasm-bindgen names a module once for each function that it imports without a wrapper.
    '--log-level=warning', '--log-override:duplicate-object-key=silent', `--outfile=${join(folder, 'index.js')}`,
  ]);
  const bundle = readFileSync(join(folder, 'index.js'), 'utf8');
  const module = readFileSync(join(bindings, 'index_bg.wasm'));
  writeFileSync(join(folder, 'index_bg.wasm'), removeExports(module, (name) => bundle.includes(name)));
}

/** The bindings as workerd and esbuild need them. */
function adaptBindings(code) {
  return code
    // workerd supports the import of a module as a file, but no source phase imports yet.
    .replace('import source wasmModule', 'import wasmModule')
    // Without these, esbuild leaves out the classes that nothing uses: those of the crate `worker`.
    .replace(/^if \(Symbol\.dispose\).*$/gm, '')
    .replaceAll('new FinalizationRegistry(', '/* @__PURE__ */ new FinalizationRegistry(');
}

/** Panic messages name source files: the upload must not contain paths of the machine that compiled it. */
function remappedPaths() {
  const rustc = ask('rustup', ['which', '--toolchain', toolchain.channel, 'rustc']);
  const names = [
    [homedir(), '/home'],
    [cargoHome, '/cargo'],
    ...(rustc ? [[dirname(dirname(rustc)), '/rust']] : []),
    [project, '/edge-auth'],
  ];
  // The compiler applies the last prefix that matches, so the widest folder comes first.
  return names.map(([folder, name]) => `--remap-path-prefix=${folder}=${name}`);
}

function isFresh() {
  return outputs.every((name) => existsSync(inProject('build', name))) && read('build', '.stamp') === digest(...inputs);
}

/** The lock is a symbolic link to the id of the process that holds it: created atomically, and recognizably stale once that process has ended. */
async function acquireLock() {
  mkdirSync(dirname(lock), { recursive: true });
  let isReported = false;
  for (const begin = Date.now(); Date.now() - begin < longestWait; await new Promise((wake) => setTimeout(wake, 100))) {
    try {
      return symlinkSync(String(process.pid), lock);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHeld()) releaseAbandoned();
      else if (!isReported) console.log('Waiting for another build of the same project to end');
      isReported = true;
    }
  }
  throw new Failure('Another build has held build/.lock for too long: if none is running, delete that file');
}

function isHeld() {
  try {
    process.kill(Number(readlinkSync(lock)), 0);
    return true;
  } catch (error) {
    // If the lock was just released, report it as held: the next iteration acquires it.
    return error.code === 'ENOENT' || error.code === 'EPERM';
  }
}

function releaseAbandoned() {
  try {
    unlinkSync(lock);
  } catch {
    // Another waiting process removed it first.
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(build);
