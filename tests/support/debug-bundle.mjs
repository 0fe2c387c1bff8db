// Builds the Worker as a debug build, which has what a release build must not have: a request that panics.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, environment, inProject, read } from '../../.scripts/shared.mjs';

const folder = join('target', 'debug-bundle');
const inputs = ['src', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'package-lock.json', 'tests/support/debug-bundle.mjs'];

/** The folder of the bundle, which is built where anything has changed: a minute or two at first, then seconds. */
export function debugBundle() {
  const stamp = digest(...inputs);
  if (read(folder, '.stamp') === stamp) return inProject(folder);
  const build = spawnSync(inProject('.tools', 'bin', 'worker-build'), ['--dev', '--no-opt', '--out-dir', folder, '--locked'], {
    cwd: inProject(),
    encoding: 'utf8',
    env: {
      ...environment,
      WASM_BINDGEN_BIN: inProject('.tools', 'bin', 'wasm-bindgen'),
      WASM_OPT_BIN: inProject('node_modules', '.bin', 'wasm-opt'),
      ESBUILD_BIN: inProject('node_modules', '.bin', 'esbuild'),
    },
  });
  if (build.status !== 0) throw new Error(`The debug build fails:\n${build.stdout}\n${build.stderr}\n${build.error ?? ''}`);
  writeFileSync(inProject(folder, '.stamp'), stamp);
  return inProject(folder);
}
