// The page at /docs without a browser: the Worker serves everything it loads, under a policy that allows nothing else.
// tests/browser tests what a person does with it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';
import { startWorker } from '../../support/worker.mjs';

const project = join(import.meta.dirname, '..', '..', '..');
const read = (...names) => readFileSync(join(project, ...names), 'utf8');

const worker = useWorker();

describe('The docs page', () => {
  test('has its own security policy: scripts and styles of this origin only, nothing inline, no frame', async () => {
    const { status, headers, body } = await anonymous(worker).get('/docs');
    assert.equal(status, 200);
    assert.equal(headers.get('Content-Type'), 'text/html; charset=utf-8');
    const policy = Object.fromEntries(headers.get('Content-Security-Policy').split('; ').map((rule) => {
      const [name, ...sources] = rule.split(' ');
      return [name, sources.join(' ')];
    }));
    assert.deepEqual(policy, {
      'default-src': "'none'", 'script-src': "'self'", 'style-src': "'self'", 'img-src': "'self' data:", 'connect-src': "'self'",
      'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'",
    });
    assert.doesNotMatch(body, /<style|<script(?![^>]* src=)| on\w+=/);
  });

  test('loads only files of this Worker', async () => {
    const { body } = await anonymous(worker).get('/docs');
    const loaded = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url).filter((url) => url !== 'data:,');
    assert.deepEqual(loaded.toSorted(), ['/docs/page.js', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/openapi.json']);
    for (const url of loaded) assert.equal((await anonymous(worker).get(url)).status, 200, url);
  });

  test('serves the swagger-ui package unchanged', async () => {
    for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
      const { body } = await anonymous(worker).get(`/docs/${name}`);
      assert.ok(body === read('node_modules', 'swagger-ui-dist', name), name);
    }
    assert.equal((await anonymous(worker).get('/docs/page.js')).body, read('src', 'docs', 'page.js'));
  });

  test('serves no other file and no other path', async () => {
    for (const path of ['/docs/nothing.js', '/docs/page.html', '/page.html', '/swagger-ui.css', '/docs/../swagger-ui.css', '/index.html']) {
      assertDetail(await anonymous(worker).get(path), 404, 'Not Found');
    }
  });

  test('accepts GET and HEAD only', async () => {
    for (const path of ['/docs', '/docs/page.js', '/openapi.json']) {
      assertDetail(await anonymous(worker).post(path, {}), 405, 'Method Not Allowed');
      const { status, body } = await anonymous(worker).send('HEAD', path);
      assert.deepEqual({ status, body }, { status: 200, body: null });
    }
  });
});

test('missing static assets are a logged error that affects no other route', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'edge-auth-'));
  const bare = await startWorker({ config: { assets: { binding: 'DOCS', directory, run_worker_first: true } } });
  try {
    assertDetail(await anonymous(bare).get('/docs', { expect5xx: true }), 500, 'Internal Server Error');
    assert.match(await bare.printed(/(no \/page\.html among the static assets: [^"]*)/), /npm run deploy/);
    assert.equal((await anonymous(bare).get('/api/health')).status, 200);
  } finally {
    await bare.stop();
    rmSync(directory, { recursive: true });
  }
});
