// Assertions on complete error responses, so that a test states only what is rejected and why.

import assert from 'node:assert/strict';
import { withoutOAuthMembers } from './oauth.mjs';

/** This status, and `{"detail": …}` as the whole body; at OAuth2's endpoints beside the members that support/oauth.mjs checks. */
export function assertDetail(response, status, detail) {
  assert.deepEqual({ status: response.status, body: withoutOAuthMembers(response) }, { status, body: { detail } });
}

/** The token is valid, but its session has ended. */
export function assertRevoked(response) {
  assertDetail(response, 401, 'Token revoked');
  assert.equal(
    response.headers.get('WWW-Authenticate'),
    'Bearer error="invalid_token", error_description="Token revoked"',
  );
}

/** A 422 with exactly these field errors, in any order, each written like `body.title missing`. */
export function assertFieldErrors(response, expected) {
  assert.equal(response.status, 422, JSON.stringify(response.body));
  assert.deepEqual(Object.keys(withoutOAuthMembers(response)), ['detail']);
  const errors = response.body.detail.map((error) => {
    assert.deepEqual(Object.keys(error).sort(), ['loc', 'msg', 'type']);
    assert.match(error.msg, /\w/);
    return `${error.loc.join('.')} ${error.type}`;
  });
  assert.deepEqual(errors.sort(), [expected].flat().sort());
}
