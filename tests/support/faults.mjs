// Fault injection by support/faulty-entry.mjs, and the assertions on what every failure returns.

import assert from 'node:assert/strict';
import { assertDetail } from './assertions.mjs';
import { homeOf } from './database.mjs';

/** The options of a worker whose bindings fail as `ask` says. */
export const FAULTY = { entry: 'faulty-entry.mjs' };

/** Sends a request with these faults. A body that is a string is sent as a form. */
export function ask(caller, { method, path, body }, faults = {}) {
  const headers = { 'X-Faults': JSON.stringify(faults) };
  if (body === undefined) return caller.send(method, path, { headers, expect5xx: true });
  const isForm = typeof body === 'string';
  headers['Content-Type'] = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return caller.send(method, path, { headers, body: isForm ? body : JSON.stringify(body), expect5xx: true });
}

/** The number of calls of each binding during the request; without the further databases that were not called. */
export function calls(response) {
  const all = Object.entries(JSON.parse(response.headers.get('X-Calls')));
  return Object.fromEntries(all.filter(([name, count]) => count > 0 || !name.startsWith('DB_')));
}

/** What `calls` returns for a user at home in `DB`, which is called `single` times, or elsewhere: `home` times, and `DB` `main` times. */
export function callsFor(user, { single, home, main = 0, limiter = 0 }) {
  const binding = homeOf(user);
  const databases = binding === 'DB' ? { DB: single } : { DB: main, [binding]: home };
  return { ...databases, SIGNIN_LIMITER: limiter };
}

/** 503 with Retry-After and without the cause. */
export function assertUnavailable(response, what) {
  const message = JSON.stringify([what, response.body]);
  assert.equal(response.status, 503, message);
  if (response.body !== null) assertDetail(response, 503, 'Service Unavailable');
  assert.match(response.headers.get('Retry-After') ?? '', /^[1-9]\d*$/, message);
  assertNoCause(response);
}

/** Neither headers nor body name the storage or its message. */
export function assertNoCause({ headers, body }) {
  const values = [...headers].filter(([name]) => name !== 'x-calls').map(([, value]) => value);
  assert.doesNotMatch(JSON.stringify([values, body]), /D1_ERROR|sqlite|limiter|connection|table|constraint/i);
}
