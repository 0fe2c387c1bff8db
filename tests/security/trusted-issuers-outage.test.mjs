// A trusted issuer that cannot be reached, or answers with something other than its keys: no request hangs or fails with 500, keys that
// are known serve for a day, and only with none known is the response 503.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { assertDetail } from '../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../support/caller.mjs';
import { createKey, useIssuer } from '../support/issuer.mjs';
import { now } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

const HOUR = 3_600_000;
const setOf = (issuer) => JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) });
const padded = (issuer, bytes) => `${' '.repeat(bytes - setOf(issuer).length)}${setOf(issuer)}`;

/** What counts as unreachable. */
const FAILURES = {
  'a server error': (_, response) => response.writeHead(500).end('{"keys":[]}'),
  'a set with another status': (issuer, response) => response.writeHead(203).end(setOf(issuer)),
  'an HTML page': (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>'),
  'an empty body': (_, response) => response.writeHead(200).end(),
  'no key set': (_, response) => response.writeHead(200).end('{"key":[]}'),
  'keys that are no list': (_, response) => response.writeHead(200).end('{"keys":{"a":1}}'),
  'null': (_, response) => response.writeHead(200).end('null'),
  'a redirect to a good set': (issuer, response) => response.writeHead(302, { Location: `${issuer.name}/redirected` }).end(),
  'more than 64 KiB': (issuer, response) => response.writeHead(200).end(padded(issuer, 65_537)),
  'more than 64 KiB unpacked': (issuer, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(padded(issuer, 50_000_000))),
  'a connection that breaks': (issuer, response) => {
    response.writeHead(200).write(setOf(issuer).slice(0, 40));
    response.destroy();
  },
};
const SLOW = {
  'that never answers': () => {},
  'whose body never ends': (issuer, response) => {
    response.writeHead(200).write(setOf(issuer).slice(0, 40));
    const drip = setInterval(() => response.write(' '), 500);
    response.on('close', () => clearInterval(drip));
  },
};

const names = [...Object.keys(FAILURES), ...Object.keys(SLOW), 'down', 'known', 'stale', 'empty', 'full'];
const issuers = Object.fromEntries(names.map((name) => [name, useIssuer([createKey('EdDSA', 'key')])]));
const worker = useWorker(async () => {
  await Promise.all(Object.values(issuers).map(({ ready }) => ready));
  const entries = Object.values(issuers).map((issuer, index) => issuer.entry({ subject_prefix: `${index}:` }));
  return { vars: { TRUSTED_ISSUERS: JSON.stringify(entries) }, entry: 'clock-entry.mjs' };
});

const callerOf = (issuer, options) => new Caller(worker, issuer.token({ exp: now() + 1_000_000 }, options));
const ask = (issuer, { ahead = 0, path = '/api/tasks', ...options } = {}) => (
  callerOf(issuer, options).get(path, { headers: { 'X-Clock-Ahead': String(ahead) }, expect5xx: true })
);

function assertUnavailable(response) {
  assertDetail(response, 503, 'The issuer\'s keys are unavailable');
  assert.match(response.headers.get('Retry-After'), /^[1-9]\d*$/);
  assert.equal(response.headers.get('WWW-Authenticate'), null);
}

async function assertAccepted(asked) {
  const { status, body } = await asked;
  assert.equal(status, 200, JSON.stringify(body));
}

/** Makes the issuer fail; at the target of a redirect it publishes its keys, and counts that somebody came. */
function fail(issuer, answer) {
  issuer.redirected = 0;
  issuer.answer = (request, response) => {
    if (request.url !== '/redirected') return answer(issuer, response);
    issuer.redirected += 1;
    return response.writeHead(200).end(setOf(issuer));
  };
}

describe('With no key known, 503 where the issuer answers', () => {
  for (const [what, answer] of Object.entries(FAILURES)) {
    test(what, async () => {
      const issuer = issuers[what];
      fail(issuer, answer);
      const begin = Date.now();
      assertUnavailable(await ask(issuer));
      for (const response of await Promise.all(Array.from({ length: 20 }, () => ask(issuer)))) assertUnavailable(response);
      assertUnavailable(await ask(issuer, { path: '/api/auth/session' }));
      assertUnavailable(await callerOf(issuer).post('/api/auth/signout', undefined, { expect5xx: true }));
      assert.equal(issuer.redirected, 0);
      assert.ok(issuer.fetches <= 1 + (Date.now() - begin) / 1_000, `${issuer.fetches} fetches: one a second at most`);
      issuer.answer = undefined;
      await sleep(1_100);
      await assertAccepted(ask(issuer));
    });
  }

  test('nothing, since it is down; one line in the log says why', async () => {
    const { down } = issuers;
    await down.close();
    assertUnavailable(await ask(down));
    await worker.printed(new RegExp(`("event":"issuer_keys_failed","keys":"${down.name}/jwks","cause":"[^"]+")`));
    assert.equal(worker.log().split(`"keys":"${down.name}/jwks"`).length - 1, 1);
    await down.listen();
    await sleep(1_100);
    await assertAccepted(ask(down));
  });
});

describe('An issuer', { concurrency: true }, () => {
  for (const [what, answer] of Object.entries(SLOW)) {
    test(`${what} is given up after 5 seconds, for all requests that wait`, { timeout: 30_000 }, async () => {
      const issuer = issuers[what];
      fail(issuer, answer);
      const begin = Date.now();
      for (const response of await Promise.all(Array.from({ length: 10 }, () => ask(issuer)))) assertUnavailable(response);
      const took = Date.now() - begin;
      assert.ok(took > 4_000 && took < 9_000, `${took} ms`);
      assert.equal(issuer.fetches, 1);
    });
  }
});

describe('With keys known', () => {
  test('an outage rejects an unknown kid and accepts the others', async () => {
    const { known } = issuers;
    await assertAccepted(ask(known));
    await known.close();
    assertDetail(await ask(known, { header: { kid: 'new' } }), 401, 'Invalid token');
    assert.deepEqual((await ask(known, { header: { kid: 'new' }, path: '/api/auth/session' })).body, { user: null });
    await assertAccepted(ask(known));
    await known.listen();
  });

  test('they serve for 24 hours after they have expired, and nobody waits for the issuer', async () => {
    const { stale } = issuers;
    await assertAccepted(ask(stale));
    fail(stale, FAILURES['an HTML page']);
    await assertAccepted(ask(stale, { ahead: HOUR }));
    // It is tried again, in the background.
    const tried = new Promise((resolve) => fail(stale, resolve));
    const begin = Date.now();
    await assertAccepted(ask(stale, { ahead: 2 * HOUR }));
    assert.ok(Date.now() - begin < 3_000);
    await tried;
    fail(stale, FAILURES['an HTML page']);
    await sleep(5_500);
    await assertAccepted(ask(stale, { ahead: 24 * HOUR }));
    assertUnavailable(await ask(stale, { ahead: 24.5 * HOUR }));
    stale.answer = undefined;
    await assertAccepted(ask(stale, { ahead: 24.6 * HOUR }));
  });

  test('an empty set is known: 401, and the session is anonymous', async () => {
    const { empty } = issuers;
    const [key] = empty.keys;
    empty.keys = [];
    for (const header of [{}, { kid: undefined }]) {
      assertDetail(await ask(empty, { key, header }), 401, 'Invalid token');
      assert.deepEqual((await ask(empty, { key, header, path: '/api/auth/session' })).body, { user: null });
    }
  });

  test('a set of exactly 64 KiB is read', async () => {
    const { full } = issuers;
    full.answer = (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(padded(full, 65_536)));
    await assertAccepted(ask(full));
  });
});

test('Requests without such a token are served whatever the issuers do', async () => {
  const user = await signUp(worker);
  assert.equal((await user.get('/api/tasks')).status, 200);
  assert.equal((await anonymous(worker).get('/api/auth/session')).status, 200);
});
