// Finds a Chromium for the browser tests or, where the machine has none, unpacks the one that an npm package carries inside.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, environment, Failure, inProject, read, run, step } from '../shared.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const applications = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** Without them Chromium looks for updates and for people to sync with, and waits where there is no network. */
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const withoutSandbox = '--no-sandbox';

/** What playwright's `launch` takes: `{ executablePath, args, env }`. */
export async function findChromium() {
  const asked = process.env.CHROME_PATH;
  if (asked !== undefined && !answers(asked)) {
    throw new Failure(`CHROME_PATH is ${asked}, which is no Chromium that starts: correct it, or remove it`);
  }
  const executablePath = asked ?? [...names, ...applications].find(answers);
  if (executablePath === undefined) return bringIn();
  // As root, Chromium refuses to start with its sandbox.
  return { executablePath: ask('which', [executablePath]), args: process.getuid() === 0 ? [...quiet, withoutSandbox] : quiet, env: process.env };
}

/** A name on PATH may be a stub that only tells how to install the real one. */
function answers(program) {
  return /Chrom/.test(ask(program, ['--version']));
}

async function bringIn() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Failure('No Chromium or Chrome is installed, and the browser tests need one: install it, or name it in CHROME_PATH');
  }
  const { version } = JSON.parse(read('node_modules', '@sparticuz', 'chromium', 'package.json'));
  const folder = inProject('.tools', `chromium-${version}`);
  const browser = {
    executablePath: join(folder, 'chromium'),
    // The helper that gives an unprivileged Chromium its sandbox must belong to root: no package can bring that in.
    args: [...quiet, withoutSandbox],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
  if (!existsSync(folder)) await step(`Unpack Chromium ${version} into .tools`, () => unpack(folder));
  if (!/Chrom/.test(ask(browser.executablePath, ['--version'], browser.env))) {
    throw new Failure('The Chromium of the npm package does not start on this machine: install one, or name it in CHROME_PATH');
  }
  return browser;
}

/** The package unpacks itself into the folder for temporary files, so it is told that this is another one. */
async function unpack(folder) {
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const code = `
    import chromium, { inflate } from '@sparticuz/chromium';
    await chromium.executablePath();
    await inflate('node_modules/@sparticuz/chromium/bin/al2023.tar.br');`;
  await run('node', ['--input-type=module', '--eval', code], { ...environment, TMPDIR: unfinished });
  // The machine's fonts first; where it has none, the one that came along.
  const folders = ['/usr/share/fonts', join(folder, 'fonts')].map((path) => `<dir>${path}</dir>`).join('');
  writeFileSync(join(unfinished, 'fonts.conf'), `<fontconfig>${folders}<cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}
