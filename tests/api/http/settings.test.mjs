// Settings: a bad one is never replaced by a default. The service refuses to work, says in its log which ones and what to
// do, and tells the client nothing. Starting a worker takes seconds, so each one has as many bad settings as fit together.

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
const SECRETS = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'BETTER_AUTH_SECRET'];

const each = (names, value) => Object.fromEntries(names.map((name) => [name, value]));
const secretOf = (bytes) => randomBytes(bytes).toString('hex').slice(0, bytes);
const shared = secretOf(40);

/** What is wrong; the settings; and what the log says of each one that is refused, its reason and its cure. */
const REFUSED = [
  [
    'No secret, and numbers that are none',
    { JWT_SECRET: undefined, ALGORITHM: 'HS512', ALLOWED_ORIGINS: '*', ALLOW_INSECURE_HTTP: 'maybe', ...each(NUMBERS, 'soon') },
    {
      JWT_SECRET: /missing.*32 .*bytes/, ALGORITHM: /HS256/, ALLOWED_ORIGINS: /origin.*https:/,
      ALLOW_INSECURE_HTTP: /true.*false/, ...each(NUMBERS, /number/),
    },
  ],
  [
    'Secrets of 31 bytes, and numbers of zero',
    {
      JWT_SECRET: secretOf(31), JWT_SECRET_PREVIOUS: secretOf(31), BETTER_AUTH_SECRET: secretOf(31),
      ALGORITHM: 'none', ALLOWED_ORIGINS: 'https://app.example.com/path', ...each(NUMBERS, '0'),
    },
    { ...each(SECRETS, /32 bytes/), ALGORITHM: /HS256/, ALLOWED_ORIGINS: /path/, ...each(NUMBERS, /number/) },
  ],
  [
    'One secret for two issuers, and numbers below zero',
    {
      JWT_SECRET: shared, BETTER_AUTH_SECRET: shared,
      ALGORITHM: 'HS256,HS512', ALLOWED_ORIGINS: 'https://app.example.com,*', ...each(NUMBERS, '-1'),
    },
    {
      BETTER_AUTH_SECRET: /equal to JWT_SECRET.*own secret/,
      ALGORITHM: /HS256/, ALLOWED_ORIGINS: /origin/, ...each(NUMBERS, /number/),
    },
  ],
  [
    'Empty secrets, and numbers that are not whole',
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

describe('Refused, with the reason and the cure in the log alone', { concurrency: 2, timeout: 300_000 }, () => {
  for (const [what, vars, refused] of REFUSED) {
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
      assert.equal(lines().length, 1, 'one line for a request');
      const reasons = reasonsIn(lines()[0]);
      assert.deepEqual(Object.keys(reasons).sort(), Object.keys(refused).sort());
      for (const [name, cure] of Object.entries(refused)) assert.match(reasons[name], cure, name);
      for (const [name, value] of Object.entries(vars)) {
        if (name.includes('SECRET') && value) assert.ok(!lines()[0].includes(value), 'no secret is logged');
      }
    }));
  }
});

describe('Taken', { concurrency: 2 }, () => {
  for (const [what, vars] of [
    ['OWASP\'s third choice for Argon2, and all that may be said', {
      JWT_SECRET: secretOf(32), JWT_SECRET_PREVIOUS: secretOf(32), BETTER_AUTH_SECRET: secretOf(32), ALGORITHM: 'HS256',
      ALLOWED_ORIGINS: 'https://app.example.com, http://localhost:3000', ALLOW_INSECURE_HTTP: 'true',
      ARGON2_MEMORY_KIB: '12288', ARGON2_ITERATIONS: '3',
    }],
    ['OWASP\'s last choice for Argon2, and nothing where nothing may be', {
      ALLOWED_ORIGINS: '', ALLOW_INSECURE_HTTP: 'false', ARGON2_MEMORY_KIB: '7168', ARGON2_ITERATIONS: '5',
    }],
  ]) {
    test(what, () => withWorker({ vars }, async (worker) => {
      const { email, password } = await signUp(worker);
      assert.equal((await anonymous(worker).post('/api/auth/signin', { email, password })).status, 200);
    }));
  }

  const fewAndShort = { ACCESS_TOKEN_EXPIRE_MINUTES: '7', SIGNIN_MAX_ATTEMPTS: '1' };
  test('Times and counts are taken from the settings', () => withWorker({ vars: fewAndShort }, async (worker) => {
    const { email, password } = await signUp(worker);
    const signIn = (attempt) => anonymous(worker).post('/api/auth/signin', { email, password: attempt });
    assert.equal((await signIn(password)).body.expires_in, 7 * 60);
    assert.equal((await signIn('Wrong horse 7')).status, 401);
    assert.equal((await signIn(password)).status, 429);
  }));
});
