// A worker whose storage fails when a request asks for it, by support/faulty-entry.mjs, and what every failure owes the client.

import assert from 'node:assert/strict';
import { assertDetail } from './assertions.mjs';

/** The options of a worker whose bindings fail as `ask` says. */
export const FAULTY = { entry: 'faulty-entry.mjs' };

/** Sends a request during which these faults happen. A body that is text goes out as a form. */
export function ask(caller, { method, path, body }, faults = {}) {
  const headers = { 'X-Faults': JSON.stringify(faults) };
  if (body === undefined) return caller.send(method, path, { headers, expect5xx: true });
  const isForm = typeof body === 'string';
  headers['Content-Type'] = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  return caller.send(method, path, { headers, body: isForm ? body : JSON.stringify(body), expect5xx: true });
}

/** How many calls each binding got during the request. */
export function calls(response) {
  return JSON.parse(response.headers.get('X-Calls'));
}

/** 503 with the time after which to come again, and nothing of the cause. */
export function assertUnavailable(response, what) {
  const message = JSON.stringify([what, response.body]);
  assert.equal(response.status, 503, message);
  if (response.body !== null) assertDetail(response, 503, 'Service Unavailable');
  assert.match(response.headers.get('Retry-After') ?? '', /^[1-9]\d*$/, message);
  assertNoCause(response);
}

/** Neither storage nor what it says is named to the client. */
export function assertNoCause({ headers, body }) {
  const values = [...headers].filter(([name]) => name !== 'x-calls').map(([, value]) => value);
  assert.doesNotMatch(JSON.stringify([values, body]), /D1_ERROR|sqlite|limiter|connection|table|constraint/i);
}
