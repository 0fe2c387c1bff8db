// An invalid setting is never replaced by a default: the service returns 500, logs which settings are invalid and how to fix them,
// and reveals nothing to the client. Starting a worker takes seconds, so each case combines as many invalid settings as possible.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { assertDetail } from '../../support/assertions.mjs';
import { anonymous, Caller, signUp } from '../../support/caller.mjs';
import { withWorker } from '../../support/use-worker.mjs';

const ROUTES = [
  ['POST', '/api/auth/signup'], ['POST', '/api/auth/signin'], ['POST', '/api/auth/refresh'], ['POST', '/api/auth/signout'],
  ['GET', '/api/tasks'], ['POST', '/api/tasks'],
  ['GET', '/api/tasks/1'], ['PUT', '/api/tasks/1'], ['PATCH', '/api/tasks/1'], ['DELETE', '/api/tasks/1'],
];
const NUMBERS = [
  'ACCESS_TOKEN_EXPIRE_MINUTES', 'REFRESH_TOKEN_EXPIRE_DAYS', 'SESSION_MAX_DAYS',
  'SIGNIN_MAX_ATTEMPTS', 'SIGNIN_WINDOW_SECONDS', 'ARGON2_MEMORY_KIB', 'ARGON2_ITERATIONS',
];
const SECRETS = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'BETTER_AUTH_SECRET', 'BETTER_AUTH_SECRET_PREVIOUS'];

const each = (names, value) => Object.fromEntries(names.map((name) => [name, value]));
const secretOf = (bytes) => randomBytes(bytes).toString('hex').slice(0, bytes);
const shared = secretOf(40);

/** The title; the settings; and for each invalid one what the log must say: the reason and the fix. */
const INVALID = [
  [
    'a missing secret, and text where a number is expected',
    { JWT_SECRET: undefined, ALGORITHM: 'HS512', ALLOWED_ORIGINS: '*', ALLOW_INSECURE_HTTP: 'maybe', ...each([...NUMBERS, 'REFRESH_GRACE_SECONDS'], 'soon') },
    {
      JWT_SECRET: /missing.*32 .*bytes/, ALGORITHM: /HS256/, ALLOWED_ORIGINS: /origin.*https:/,
      ALLOW_INSECURE_HTTP: /true.*false/, REFRESH_GRACE_SECONDS: /0 to 300/, ...each(NUMBERS, /number/),
    },
  ],
  [
    'secrets of 31 bytes, and numbers of zero',
    {
      JWT_SECRET: secretOf(31), JWT_SECRET_PREVIOUS: secretOf(31), BETTER_AUTH_SECRET: secretOf(31),
      BETTER_AUTH_SECRET_PREVIOUS: secretOf(31),
      ALGORITHM: 'none', ALLOWED_ORIGINS: 'https://app.example.com/path', ...each(NUMBERS, '0'),
    },
    { ...each(SECRETS, /32 bytes/), ALGORITHM: /HS256/, ALLOWED_ORIGINS: /path/, ...each(NUMBERS, /number/) },
  ],
  [
    'the same secret for two issuers, and negative numbers',
    {
      JWT_SECRET: shared, BETTER_AUTH_SECRET: shared, BETTER_AUTH_SECRET_PREVIOUS: shared,
      ALGORITHM: 'HS256,HS512', ALLOWED_ORIGINS: 'https://app.example.com,*', ...each(NUMBERS, '-1'),
    },
    {
      BETTER_AUTH_SECRET: /equal to JWT_SECRET.*own secret/, BETTER_AUTH_SECRET_PREVIOUS: /equal to JWT_SECRET.*own secret/,
      ALGORITHM: /HS256/, ALLOWED_ORIGINS: /origin/, ...each(NUMBERS, /number/),
    },
  ],
  [
    'empty secrets, and fractions',
    { ...each(SECRETS, ''), ALLOWED_ORIGINS: 'app.example.com', ...each(NUMBERS, '1.5') },
    { ...each(SECRETS, /32 bytes/), ALLOWED_ORIGINS: /origin/, ...each(NUMBERS, /number/) },
  ],
  ...[['47103', '1'], ['19455', '2'], ['12287', '3'], ['9215', '4'], ['7167', '5']].map(([memory, iterations]) => [
    `Argon2 with ${memory} KiB and ${iterations} iterations, below OWASP's table`,
    { ARGON2_MEMORY_KIB: memory, ARGON2_ITERATIONS: iterations },
    { ARGON2_MEMORY_KIB: /OWASP.*19456/, ARGON2_ITERATIONS: /OWASP.*19456/ },
  ]),
];

/** The reason by the setting's name. A line reads `NAME: reason; NAME, NAME: reason`. */
function reasonsIn(line) {
  const reasons = {};
  const entries = /([A-Z][A-Z0-9_, ]+): (.*?)(?=; [A-Z][A-Z0-9_, ]+: |$)/g;
  for (const [, names, reason] of JSON.parse(line).cause.matchAll(entries)) {
    for (const name of names.split(', ')) reasons[name] = reason;
  }
  return reasons;
}

describe('Invalid settings are reported in the log only', { concurrency: 2, timeout: 300_000 }, () => {
  for (const [what, vars, reported] of INVALID) {
    test(what, () => withWorker({ vars }, async (worker) => {
      assert.equal((await anonymous(worker).get('/api/health')).status, 200);
      for (const [method, path] of ROUTES) {
        for (const caller of [anonymous(worker), new Caller(worker, 'a.bad.token')]) {
          const response = await caller.send(method, path, { expect5xx: true });
          assertDetail(response, 500, 'Internal Server Error');
        }
      }
      assertDetail(await anonymous(worker).get('/nowhere'), 404, 'Not Found');

      const { headers } = await anonymous(worker).get('/api/tasks', { expect5xx: true });
      const lines = () => worker.log().split('\n').filter((line) => line.includes(headers.get('X-Request-Id')));
      while (lines().length === 0) await setTimeout(10);
      assert.equal(lines().length, 1, 'one line per request');
      const reasons = reasonsIn(lines()[0]);
      assert.deepEqual(Object.keys(reasons).sort(), Object.keys(reported).sort());
      for (const [name, fix] of Object.entries(reported)) assert.match(reasons[name], fix, name);
      for (const [name, value] of Object.entries(vars)) {
        if (name.includes('SECRET') && value) assert.ok(!lines()[0].includes(value), 'no secret is logged');
      }
    }));
  }
});

describe('Valid settings', { concurrency: 2 }, () => {
  for (const [what, vars] of [
    ['are accepted: OWASP\'s third choice for Argon2, and every optional setting', {
      JWT_SECRET: secretOf(32), JWT_SECRET_PREVIOUS: secretOf(32), BETTER_AUTH_SECRET: secretOf(32), ALGORITHM: 'HS256',
      ALLOWED_ORIGINS: 'https://app.example.com, http://localhost:3000', ALLOW_INSECURE_HTTP: 'true',
      ARGON2_MEMORY_KIB: '12288', ARGON2_ITERATIONS: '3',
    }],
    ['are accepted: OWASP\'s last choice for Argon2, and empty optional settings', {
      ALLOWED_ORIGINS: '', ALLOW_INSECURE_HTTP: 'false', ARGON2_MEMORY_KIB: '7168', ARGON2_ITERATIONS: '5',
    }],
  ]) {
    test(what, () => withWorker({ vars }, async (worker) => {
      const { email, password } = await signUp(worker);
      assert.equal((await anonymous(worker).post('/api/auth/signin', { email, password })).status, 200);
    }));
  }

  const fewAndShort = { ACCESS_TOKEN_EXPIRE_MINUTES: '7', SIGNIN_MAX_ATTEMPTS: '1' };
  test('determine token lifetimes and attempt counts', () => withWorker({ vars: fewAndShort }, async (worker) => {
    const { email, password } = await signUp(worker);
    const signIn = (attempt) => anonymous(worker).post('/api/auth/signin', { email, password: attempt });
    assert.equal((await signIn(password)).body.expires_in, 7 * 60);
    assert.equal((await signIn('Wrong horse 7')).status, 401);
    assert.equal((await signIn(password)).status, 429);
  }));
});
