// Builds the Worker as a debug build, which has a path that panics.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../../scripts/build.mjs';
import { digest, inProject, read } from '../../scripts/shared.mjs';

const folder = join('target', 'debug-bundle');
const inputs = ['src', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'package-lock.json', 'scripts/build.mjs', 'scripts/wasm-exports.mjs', 'scripts/install/bindgen'];

/** The folder of the bundle, rebuilt if a source changed: a minute or two at first, then seconds. */
export async function debugBundle() {
  const stamp = digest(...inputs);
  if (read(folder, '.stamp') !== stamp) {
    await assemble('dev', inProject(folder));
    writeFileSync(inProject(folder, '.stamp'), stamp);
  }
  return inProject(folder);
}
