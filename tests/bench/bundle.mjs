// Bundles each worker as `wrangler deploy` would upload it, minified, all by the same program and options.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { environment, inProject, read } from '../../scripts/shared.mjs';

export const COMPATIBILITY_DATE = /^compatibility_date\s*=\s*"([^"]+)"/m.exec(read('wrangler.toml'))[1];

/** A worker of the benchmark's own; `define` holds constants by which code is left out. */
export function bundleOf(main, folder, define = {}) {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'wrangler.json');
  writeFileSync(config, JSON.stringify({
    name: 'bench', main, compatibility_date: COMPATIBILITY_DATE, minify: true, upload_source_maps: false, define,
  }));
  return upload(folder, ['--config', config]);
}

/** The Worker of this project, by its own wrangler.toml. */
export function ownBundle(folder) {
  return upload(folder, []);
}

function upload(folder, options) {
  const out = join(folder, 'upload');
  rmSync(out, { recursive: true, force: true });
  const done = spawnSync('wrangler', ['deploy', '--dry-run', '--outdir', out, ...options], { cwd: inProject(), env: environment, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`wrangler cannot bundle:\n${done.stdout}\n${done.stderr}`);
  const names = readdirSync(out).filter((name) => name !== 'README.md' && !name.endsWith('.map'));
  const modules = names.sort((one) => (one.endsWith('.js') ? -1 : 1)).map((name) => {
    const bytes = readFileSync(join(out, name));
    return { name, contents: name.endsWith('.wasm') ? bytes : bytes.toString(), gzip: gzipSync(bytes).length };
  });
  return { modules, kibibytes: modules.reduce((sum, { gzip }) => sum + gzip, 0) / 1024 };
}
