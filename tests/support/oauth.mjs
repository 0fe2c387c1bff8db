// The error bodies of OAuth2's endpoints have `error` and `error_description` beside `detail` (RFC 6749, section 5.2). Every such
// response that any test gets is checked here, so that a test of one error needs to name only its detail.

import assert from 'node:assert/strict';

const ENDPOINTS = ['/auth/token', '/auth/revoke'];
const CODES = { 401: 'invalid_grant', 429: 'temporarily_unavailable', 500: 'server_error', 503: 'temporarily_unavailable' };

/** Whether the response is an error of one of the endpoints, and not of the rules that come before any route: https and the method. */
export function isOAuthError(method, path, { status, body }) {
  return method === 'POST' && ENDPOINTS.includes(path) && status >= 400 && body?.detail !== 'HTTPS required';
}

export function assertOAuthError(what, { status, body }) {
  assert.deepEqual(Object.keys(body).sort(), ['detail', 'error', 'error_description'], what);
  const { detail, error, error_description: description } = body;
  assert.equal(error, CODES[status] ?? (isUnknownGrant(detail) ? 'unsupported_grant_type' : 'invalid_request'), what);
  assert.match(description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/, what);
  for (const text of [detail].flat().map((entry) => entry.msg ?? entry)) assert.ok(description.includes(text), `${what}: ${description}`);
}

function isUnknownGrant(detail) {
  return Array.isArray(detail) && detail.some(({ loc, type }) => loc[1] === 'grant_type' && type === 'enum');
}

/** The body without the members that `assertOAuthError` has checked. */
export function withoutOAuthMembers({ body, isOAuthError }) {
  if (!isOAuthError) return body;
  const { error, error_description, ...rest } = body;
  return rest;
}
