// A copy of the project for tests of scripts/, with a wrangler that only records how it is called: a deployment needs an account,
// and set-up must not change the developer's own files.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { inProject } from '../../scripts/shared.mjs';

const copied = ['scripts', 'migrations', 'package.json', 'package-lock.json', 'Cargo.lock', 'rust-toolchain.toml', 'wrangler.toml',
  'src/platform/email_spelling.js'];
const wrangler = `#!/usr/bin/env node
const { appendFileSync } = require('node:fs');
appendFileSync(process.env.CALLS, JSON.stringify(process.argv.slice(2)) + '\\n');
process.exitCode = process.argv.slice(2).join(' ').includes(process.env.FAIL_AT ?? '\\0') ? 1 : 0;
`;

const { scripts } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'));

/**
 * `{ folder, write(name, text), read(name), run(name, args, env), remove() }`; `run` does what `npm run NAME -- ARGS` does, and
 * returns `{ status, output, calls }`.
 */
export function copyProject() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'edge-auth-copy-')));
  const at = (...names) => join(folder, ...names);
  for (const name of copied) cpSync(inProject(name), at(name), { recursive: true });
  symlinkSync(inProject('.tools'), at('.tools'));
  mkdirSync(at('node_modules', '.bin'), { recursive: true });
  // The package wrangler, which reads a configuration, but not its program.
  for (const name of ['dotenv', 'wrangler']) symlinkSync(inProject('node_modules', name), at('node_modules', name));
  symlinkSync(process.execPath, at('node_modules', '.bin', 'node'));
  writeFileSync(at('node_modules', '.bin', 'wrangler'), wrangler);
  chmodSync(at('node_modules', '.bin', 'wrangler'), 0o755);
  // Newer than package-lock.json, which is how set-up knows that the packages are installed.
  writeFileSync(at('node_modules', '.package-lock.json'), '{}');

  return {
    folder,
    write: (name, text) => writeFileSync(at(name), text),
    read: (name) => existsSync(at(name)) ? readFileSync(at(name), 'utf8') : undefined,
    run(name, args = [], env = {}) {
      const calls = at('calls.jsonl');
      rmSync(calls, { force: true });
      // Without the settings of the npm that runs the tests.
      const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(npm_config_|CLOUDFLARE_)/i.test(key)));
      const { status, stdout, stderr } = spawnSync('sh', ['-c', `${scripts[name]} "$@"`, 'sh', ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...inherited, PATH: `${at('node_modules', '.bin')}${delimiter}${process.env.PATH}`, CALLS: calls, ...env },
      });
      const lines = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
      return { status, output: stdout + stderr, calls: lines.map((line) => JSON.parse(line)) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
