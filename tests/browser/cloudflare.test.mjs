// The example as a Cloudflare Worker: the OpenNext build runs in workerd, and calls the API through its service binding.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { openBrowser, startBrowser } from '../support/browser-user.mjs';
import { startWorker } from '../support/worker.mjs';

const project = join(import.meta.dirname, '..', '..');
const example = join(project, 'examples', 'nextjs');
const home = mkdtempSync(join(tmpdir(), 'edge-auth-cloudflare-'));
const { $schema: _, ...config } = JSON.parse(readFileSync(join(example, 'wrangler.jsonc'), 'utf8').replace(/^\s*\/\/.*$/gm, ''));

/** Stands for the API's Worker at the service binding, and forwards to the one under test. */
const gateway = `export default {
  fetch(request, env) {
    console.log('through the binding: ' + request.method + ' ' + request.url + ' for ' + request.headers.get('X-Client-Address'));
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(env.TARGET + pathname + search, request));
  },
};`;

let worker;
let app;
let browser;
before(async () => {
  await run('node', ['scripts/build-cloudflare.mjs'], example);
  worker = await startWorker();
  writeFileSync(join(home, 'gateway.mjs'), gateway);
  writeConfig('app.json', {
    ...config,
    main: join(example, config.main),
    vars: { ...config.vars, CLIENT_ADDRESS_SECRET: 'a secret of at least 32 bytes, for both' },
    assets: { ...config.assets, directory: join(example, config.assets.directory) },
  });
  writeConfig('gateway.json', {
    name: config.services[0].service, main: 'gateway.mjs', compatibility_date: config.compatibility_date, vars: { TARGET: worker.url },
  });
  app = await startDev();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await app?.stop();
  await worker?.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
});

it('signs a user up, renders their tasks and refreshes their session in workerd, by the service binding', { timeout: 60_000 }, async () => {
  const response = await fetch(`${app.url}/sign-in`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('Content-Security-Policy'), /'nonce-/);

  // workerd passes on this header, which Cloudflare sets.
  const ada = await openBrowser(browser, app.url, { extraHTTPHeaders: { 'CF-Connecting-IP': '203.0.113.7' } });
  await ada.signUp();
  await ada.addTask('Deployed');
  await ada.context.clearCookies({ name: '__Host-access-token' });
  await ada.page.goto('/tasks');
  await ada.task('Deployed').waitFor();
  await ada.signOut();
  await ada.leave();
  for (const call of ['POST https://edge-auth/api/auth/signup', 'POST https://edge-auth/api/auth/refresh']) {
    assert.ok(app.log().includes(`through the binding: ${call} for 203.0.113.7`), app.log());
  }
});

function writeConfig(name, content) {
  writeFileSync(join(home, name), JSON.stringify(content));
}

function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}:\n${log}`))));
  });
}

/** `{ url, log(), stop() }` of a `wrangler dev` that serves both configurations, ready when it prints its URL. */
async function startDev() {
  const wrangler = join(project, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
  const args = ['dev', '-c', 'app.json', '-c', 'gateway.json', '--port', '0', '--inspector-port', '0', '--persist-to', 'state'];
  const child = spawn(process.execPath, [wrangler, ...args], {
    cwd: home,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: '1', NO_COLOR: '1', WRANGLER_LOG_PATH: 'log', WRANGLER_REGISTRY_PATH: 'registry', WRANGLER_SEND_METRICS: 'false' },
  });
  let log = '';
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.on('close', resolve)).then(() => (hasEnded = true));
  const kill = () => { if (!hasEnded) process.kill(-child.pid, 'SIGKILL'); };
  process.once('exit', kill);
  const giveUp = Date.now() + 60_000;
  let port;
  while (!(port = /Ready on http:\/\/\S+:(\d+)/.exec(log)?.[1])) {
    if (hasEnded || Date.now() > giveUp) {
      kill();
      throw new Error(`wrangler dev is not ready:\n${log}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return { url: `http://localhost:${port}`, log: () => log, async stop() { kill(); await ended; } };
}
