// `npm run test:browser`: the step of `npm test` that uses the example and the docs page in a real browser, alone.

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildIfStale, installPackages } from '../examples/nextjs/scripts/setup.mjs';
import { build } from './build.mjs';
import { findChromium } from './install/chromium.mjs';
import { inProject, main, run, step } from './shared.mjs';
import { setUp } from './setup.mjs';

const folder = 'tests/browser';

export async function testInBrowser() {
  await installPackages();
  await buildIfStale();
  // Where it has to be unpacked, before several files look for it at the same time.
  await findChromium();
  const files = readdirSync(inProject(folder)).filter((name) => name.endsWith('.test.mjs')).sort();
  // Each has servers and a browser of its own, which also wait for each other.
  await run('node', ['--test', `--test-concurrency=${availableParallelism()}`, ...files.map((name) => `${folder}/${name}`)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(async () => {
    await setUp();
    await step('Build, if anything changed', build);
    await step('Browser', testInBrowser);
  });
}
