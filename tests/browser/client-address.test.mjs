// The example forwards its users' IP addresses to the Worker's rate limit, and a deployed one that cannot says so in its log.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startExample } from '../support/example.mjs';
import { startRecordingProxy } from '../support/recording-proxy.mjs';
import { openBrowser, startBrowser } from '../support/browser-user.mjs';
import { rawConfig, startWorker } from '../support/worker.mjs';

const CLIENT_ADDRESS_SECRET = randomBytes(32).toString('base64url');
const ratelimits = rawConfig.ratelimits.map((limit) => ({ ...limit, simple: { ...limit.simple, limit: 10 } }));
const warning = /WARNING: the Worker cannot tell this app's users apart by IP address/g;
const started = [];
let proxy;
let unset;
let secretOnly;
let configured;
before(async () => {
  const worker = await startWorker({ vars: { CLIENT_ADDRESS_SECRET }, config: { ratelimits } });
  started.push(worker);
  started.push(proxy = await startRecordingProxy(worker));
  started.push(unset = await startExample(proxy, { mode: 'worker' }));
  started.push(secretOnly = await startExample(proxy, { mode: 'worker', env: { CLIENT_ADDRESS_SECRET } }));
  const env = { CLIENT_ADDRESS_SECRET, CLIENT_ADDRESS_HEADER: 'x-real-ip' };
  started.push(configured = await startExample(proxy, { mode: 'worker', env }));
});
after(async () => {
  for (const each of started.toReversed()) await each.stop();
});

/** Opens a page with a refresh token that is not one, so that the app calls the Worker. Returns the call's headers. */
function callWith(app, headers) {
  proxy.requests.length = 0;
  return new Promise((resolve, reject) => {
    const cookie = '__Host-refresh-token=junk';
    request(`${app.url}/tasks`, { headers: { Cookie: cookie, ...headers } }, (response) => {
      response.resume().on('end', () => resolve(proxy.requests[0].headers));
    }).on('error', reject).end();
  });
}

const warnings = (app) => app.log().match(warning)?.length ?? 0;

describe('The address of a browser', () => {
  test('is taken from the header that the settings name, and from no other', async () => {
    const headers = await callWith(configured, {
      'X-Real-IP': '203.0.113.7', 'X-Forwarded-For': '198.51.100.1', 'CF-Connecting-IP': '198.51.100.2', 'X-Client-Address': '198.51.100.3',
    });
    assert.equal(headers['x-client-address'], '203.0.113.7');
    assert.equal(headers['x-client-address-secret'], CLIENT_ADDRESS_SECRET);
    const { 'x-client-address': list } = await callWith(configured, { 'X-Real-IP': '198.51.100.1, 203.0.113.8' });
    assert.equal(list, '203.0.113.8', 'the nearest proxy wrote the last entry');
  });

  test('is not sent where no header is named: a browser could have written any of them', async () => {
    const headers = await callWith(secretOnly, { 'X-Real-IP': '203.0.113.7', 'X-Forwarded-For': '203.0.113.7', 'CF-Connecting-IP': '203.0.113.7' });
    assert.equal(headers['x-client-address'], undefined);
    assert.equal(headers['x-client-address-secret'], undefined);
  });

  test('has a rate limit of its own: many invalid refresh tokens keep no other user from signing up', async () => {
    for (let n = 0; n < 15; n++) await callWith(configured, { 'X-Real-IP': '203.0.113.66' });
    const browser = await startBrowser();
    try {
      const ada = await openBrowser(browser, configured.url, { extraHTTPHeaders: { 'X-Real-IP': '203.0.113.77' } });
      await ada.signUp();
      await ada.leave();
    } finally {
      await browser.close();
    }
  });
});

describe('An app that cannot forward addresses', () => {
  test('logs no warning on this machine', async () => {
    await callWith(unset, {});
    assert.equal(warnings(unset), 0);
  });

  test('logs one warning when deployed, with the consequence and the settings that are missing', async () => {
    for (let n = 0; n < 3; n++) await callWith(unset, { Host: 'app.example.com' });
    assert.equal(warnings(unset), 1, unset.log());
    for (const text of ['All users share one rate limit', 'CLIENT_ADDRESS_SECRET is not set', 'CLIENT_ADDRESS_HEADER is not set']) {
      assert.ok(unset.log().includes(text), unset.log());
    }
  });

  test('logs one as well where the platform does not set the header that the settings name', async () => {
    await callWith(configured, { Host: 'app.example.com', 'X-Real-IP': '203.0.113.7' });
    assert.equal(warnings(configured), 0);
    await callWith(configured, { Host: 'app.example.com' });
    assert.equal(warnings(configured), 1);
    assert.ok(configured.log().includes('A request has no header x-real-ip'), configured.log());
  });
});
