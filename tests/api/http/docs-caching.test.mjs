// Conditional requests for the files of the docs page (RFC 9110, section 13): a browser keeps them, asks each time whether they
// have changed, and downloads the 1.7 MB of Swagger UI once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const files = ['/docs', '/docs/page.js', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css'];

const worker = useWorker();

const get = (path, ifNoneMatch) => anonymous(worker).get(path, { headers: { 'If-None-Match': ifNoneMatch } });

/** What a cache stores: the headers without those of one response or of its body. */
function storedHeaders({ headers }) {
  const ofOne = ['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding', 'x-request-id'];
  return Object.fromEntries([...headers].filter(([name]) => !ofOne.includes(name)));
}

describe('A file of the docs page', () => {
  test('may be cached, if each use is revalidated by its tag', async () => {
    const tags = new Set();
    for (const path of files) {
      const { status, headers, body } = await get(path);
      assert.equal(status, 200, path);
      assert.equal(headers.get('Cache-Control'), 'no-cache', path);
      assert.match(headers.get('ETag'), /^(W\/)?"[^"]+"$/, path);
      assert.ok(body.length > 0, path);
      tags.add(headers.get('ETag'));
    }
    assert.equal(tags.size, files.length);
  });

  test('is not sent again to a client that has it', async () => {
    for (const path of files) {
      const first = await get(path);
      const again = await get(path, first.headers.get('ETag'));
      assert.deepEqual({ status: again.status, body: again.body }, { status: 304, body: null }, path);
      assert.equal(again.headers.get('Content-Type'), null, path);
      // A cache replaces what it stored by these (RFC 9111, section 3.2): the page must keep its own policy for scripts.
      assert.deepEqual(storedHeaders(again), storedHeaders(first), path);
    }
  });

  test('is compared weakly, in a list too, and every version matches *', async () => {
    const opaque = (await get('/docs')).headers.get('ETag').replace('W/', '');
    for (const tags of [`W/${opaque}`, `"other", ${opaque}`, `W/"other",W/${opaque}, "third"`, ['"other"', opaque], '*']) {
      assert.equal((await get('/docs', tags)).status, 304, `${tags}`);
    }
  });

  test('is sent whole to a client that has another version', async () => {
    const opaque = (await get('/docs')).headers.get('ETag').replace('W/', '');
    const other = (await get('/docs/page.js')).headers.get('ETag');
    for (const tags of [other, '"*"', opaque.replaceAll('"', ''), opaque.toUpperCase(), `"${opaque}`, '']) {
      const { status, body } = await get('/docs', tags);
      assert.equal(status, 200, tags);
      assert.match(body, /^<!doctype html>/, tags);
    }
  });

  test('answers HEAD as it answers GET', async () => {
    for (const path of files) {
      const whole = await anonymous(worker).send('HEAD', path);
      assert.deepEqual(storedHeaders(whole), storedHeaders(await get(path)), path);
      for (const tags of [whole.headers.get('ETag'), '*']) {
        const { status, body, headers } = await anonymous(worker).send('HEAD', path, { headers: { 'If-None-Match': tags } });
        assert.deepEqual({ status, body }, { status: 304, body: null }, path);
        assert.equal(headers.get('Content-Type'), null, path);
      }
    }
  });

  test('is the only thing that may be cached', async () => {
    const { status, headers } = await get('/openapi.json', '*');
    assert.deepEqual([status, headers.get('Cache-Control'), headers.get('ETag')], [200, 'no-store', null]);
    assert.equal((await get('/api/health', '*')).status, 200);
    assertDetail(await get('/docs/nothing.js', '*'), 404, 'Not Found');
    assertDetail(await anonymous(worker).post('/docs', {}, { headers: { 'If-None-Match': '*' } }), 405, 'Method Not Allowed');
  });
});
