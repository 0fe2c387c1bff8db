// What the service says when it refuses, checked in its whole form, so that a test need only say what is refused and why.

import assert from 'node:assert/strict';

/** `{"detail": …}` and nothing else, with this status. */
export function assertDetail(response, status, detail) {
  assert.deepEqual({ status: response.status, body: response.body }, { status, body: { detail } });
}

/** The token is good in form, but its session is over. */
export function assertRevoked(response) {
  assertDetail(response, 401, 'Token revoked');
  assert.equal(
    response.headers.get('WWW-Authenticate'),
    'Bearer error="invalid_token", error_description="Token revoked"',
  );
}

/** A 422 with exactly these problems, in any order, each written like `body.title missing`. */
export function assertFieldErrors(response, expected) {
  assert.equal(response.status, 422, JSON.stringify(response.body));
  assert.deepEqual(Object.keys(response.body), ['detail']);
  const problems = response.body.detail.map((problem) => {
    assert.deepEqual(Object.keys(problem).sort(), ['loc', 'msg', 'type']);
    assert.match(problem.msg, /\w/);
    return `${problem.loc.join('.')} ${problem.type}`;
  });
  assert.deepEqual(problems.sort(), [expected].flat().sort());
}
