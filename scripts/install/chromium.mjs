// Finds a Chromium for the browser tests or, if the machine has none, unpacks the one inside an npm package.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, environment, Failure, inProject, read, run, step } from '../shared.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const applications = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** Without these Chromium checks for updates and synchronization, and waits for them if there is no network. */
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const withoutSandbox = '--no-sandbox';

/** The options of playwright's `launch`: `{ executablePath, args, env }`. */
export async function findChromium() {
  const configured = process.env.CHROME_PATH;
  if (configured !== undefined && !isChromium(configured)) {
    throw new Failure(`CHROME_PATH is ${configured}, but no Chromium starts from there: correct it, or remove it`);
  }
  const executablePath = configured ?? [...names, ...applications].find(isChromium);
  if (executablePath === undefined) return unpackedChromium();
  // Chromium does not start with its sandbox as root.
  return { executablePath: ask('which', [executablePath]), args: process.getuid() === 0 ? [...quiet, withoutSandbox] : quiet, env: process.env };
}

/** Runs the program, since a name on PATH may be a stub that only explains how to install it. */
function isChromium(program) {
  return /Chrom/.test(ask(program, ['--version']));
}

async function unpackedChromium() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Failure('No Chromium or Chrome is installed, and the browser tests need one: install it, or name it in CHROME_PATH');
  }
  const { version } = JSON.parse(read('node_modules', '@sparticuz', 'chromium', 'package.json'));
  const folder = inProject('.tools', `chromium-${version}`);
  const browser = {
    executablePath: join(folder, 'chromium'),
    // The sandbox of an unprivileged Chromium needs a helper that belongs to root, which no package can install.
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

/** The package unpacks itself into the folder for temporary files, so TMPDIR points at the project's. */
async function unpack(folder) {
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const code = `
    import chromium, { inflate } from '@sparticuz/chromium';
    await chromium.executablePath();
    await inflate('node_modules/@sparticuz/chromium/bin/al2023.tar.br');`;
  await run('node', ['--input-type=module', '--eval', code], { ...environment, TMPDIR: unfinished });
  // The machine's fonts first, then the one of the package.
  const folders = ['/usr/share/fonts', join(folder, 'fonts')].map((path) => `<dir>${path}</dir>`).join('');
  writeFileSync(join(unfinished, 'fonts.conf'), `<fontconfig>${folders}<cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}
