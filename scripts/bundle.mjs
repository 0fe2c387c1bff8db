// Checks what a deployment would upload: it must stay small, since it is loaded on the first request, and it must contain neither
// a secret nor a path of the machine that built it.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cargoHome, Failure, project, read, run } from './shared.mjs';

const limit = 280 * 1024;

export async function checkBundle() {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-bundle-'));
  try {
    await run('wrangler', ['deploy', '--dry-run', '--outdir', folder]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'README.md')
      .map((entry) => ({ name: entry.name, content: readFileSync(join(entry.parentPath ?? entry.path, entry.name)) }));
    for (const file of files) checkContent(file);
    const size = files.reduce((sum, { content }) => sum + gzipSync(content).length, 0);
    const summary = `${(size / 1024).toFixed(1)} KiB compressed, of ${limit / 1024} KiB allowed`;
    if (size > limit) throw new Failure(`The bundle is too large: ${summary}. See which dependency has grown with \`git diff Cargo.lock\``);
    console.log(`The bundle: ${summary}, without a secret or a local path`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkContent({ name, content }) {
  const paths = { 'home folder': homedir(), 'project folder': project, 'Cargo folder': cargoHome };
  for (const [kind, path] of Object.entries(paths)) {
    if (content.includes(path + sep)) {
      throw new Failure(`${name} contains the path of the ${kind}: scripts/build.mjs must remap ${path}`);
    }
  }
  for (const [key, value] of localSecrets()) {
    if (content.includes(value)) throw new Failure(`${name} contains the value of ${key} from .dev.vars: remove it from the source`);
  }
}

/** Only values of at least 8 characters: a shorter one may occur by chance. */
function localSecrets() {
  const lines = (read('.dev.vars') ?? '').matchAll(/^\s*(?:export\s+)?(\w+)\s*=\s*(["'`]?)(.*?)\2\s*$/gm);
  return [...lines].map(([, key, , value]) => [key, value]).filter(([, value]) => value.length >= 8);
}
