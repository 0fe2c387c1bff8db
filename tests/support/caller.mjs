// Callers send requests: `anonymous(worker)` without a token, `new Caller(worker, token)` with any token, and `signUp(worker)` returns
// a SignedIn with a new account. Each response of every test is checked here for the headers that all responses must have, and
// against the OpenAPI document.

import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import http from 'node:http';
import { assertOAuthError, isOAuthError } from './oauth.mjs';
import { assertMatchesOpenapi } from './openapi.mjs';

export const GOOD_PASSWORD = 'Correct horse 7 battery';

// One connection for each request: the server may close a kept-alive one just as the next request is sent.
const agent = new http.Agent({ keepAlive: false });

export class Caller {
  /** Each caller has its own address, and so its own rate limit. */
  address = randomAddress();

  constructor(worker, token) {
    this.worker = worker;
    this.token = token;
  }

  get(path, options) {
    return this.send('GET', path, options);
  }

  delete(path, options) {
    return this.send('DELETE', path, options);
  }

  post(path, json, options) {
    return this.#sendJson('POST', path, json, options);
  }

  put(path, json, options) {
    return this.#sendJson('PUT', path, json, options);
  }

  patch(path, json, options) {
    return this.#sendJson('PATCH', path, json, options);
  }

  #sendJson(method, path, json, { headers, ...options } = {}) {
    const body = json === undefined ? undefined : JSON.stringify(json);
    return this.send(method, path, { ...options, headers: { 'Content-Type': 'application/json', ...headers }, body });
  }

  /**
   * Sends the path and the body unchanged; a body that is an (async) iterable is sent in chunks without Content-Length.
   * A header whose value is a list is sent once for each value; one that is `undefined` is not sent.
   */
  async send(method, path, { headers = {}, body, expect5xx = false } = {}) {
    const own = { 'CF-Connecting-IP': this.address };
    if (this.token !== undefined) own.Authorization = `Bearer ${this.token}`;
    const response = await exchange(this.worker.url, method, path, { ...own, ...headers }, body);
    assertCommonHeaders(`${method} ${path}`, response, { expect5xx });
    assertMatchesOpenapi(method, path, response);
    response.isOAuthError = isOAuthError(method, path, response);
    if (response.isOAuthError) assertOAuthError(`${method} ${path}`, response);
    return response;
  }
}

/** A user who signed up; the access token is sent with each request. */
export class SignedIn extends Caller {
  constructor(worker, { email, password, tokens }) {
    super(worker, tokens.access_token);
    this.email = email;
    this.password = password;
    this.userId = tokens.user_id;
    this.accessToken = tokens.access_token;
    this.refreshToken = tokens.refresh_token;
    this.deviceToken = tokens.device_token;
  }
}

export function anonymous(worker) {
  return new Caller(worker);
}

export function randomEmail() {
  return `${randomUUID()}@example.com`;
}

/** An address of the range reserved for benchmarks of network devices (RFC 2544). */
export function randomAddress() {
  return `198.${randomInt(18, 20)}.${randomInt(256)}.${randomInt(256)}`;
}

export async function signUp(worker, { email = randomEmail(), password = GOOD_PASSWORD, name } = {}) {
  const response = await anonymous(worker).post('/api/auth/signup', { email, password, name });
  assert.equal(response.status, 201, JSON.stringify(response.body));
  return new SignedIn(worker, { email, password, tokens: response.body });
}

function exchange(url, method, path, headers, body) {
  const { hostname, port } = new URL(url);
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const whole = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  if (whole && body !== undefined) sent['Content-Length'] ??= Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers: sent, agent });
    // Has no effect after the response: the service may close the connection on the rest of a body that it rejected.
    request.on('error', reject);
    request.on('response', async (response) => {
      try {
        const text = Buffer.concat(await response.toArray()).toString();
        const received = new Headers();
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          received.append(response.rawHeaders[i], response.rawHeaders[i + 1]);
        }
        resolve({ status: response.statusCode, headers: received, body: parsed(text, received) });
      } catch (error) {
        reject(error);
      } finally {
        request.destroy();
      }
    });
    if (whole) request.end(body);
    else writeChunks(request, body);
  });
}

async function writeChunks(request, chunks) {
  request.flushHeaders();
  for await (const chunk of chunks) {
    if (request.destroyed) return;
    await new Promise((written) => request.write(chunk, written));
  }
  request.end();
}

function parsed(text, headers) {
  if (text === '') return null;
  return isJson(headers) ? JSON.parse(text) : text;
}

function isJson(headers) {
  return /^application\/json(;|$)/.test(headers.get('Content-Type'));
}

/** The only responses that caches may keep; errors under the same paths are not among them. */
function isDocsFile(what, status) {
  return /^\w+ \/docs(\/|$)/.test(what) && [200, 304].includes(status);
}

function assertCommonHeaders(what, { status, headers, body }, { expect5xx }) {
  if (!expect5xx) assert.ok(status < 500, `${what} failed with ${status}: ${JSON.stringify(body)}`);
  assert.equal(headers.get('X-Content-Type-Options'), 'nosniff', what);
  assert.equal(headers.get('Cache-Control'), isDocsFile(what, status) ? 'no-cache' : 'no-store', what);
  assert.equal(headers.get('Referrer-Policy'), 'no-referrer', what);
  // The docs page has its own policy, which its own test checks.
  const policy = what.endsWith(' /docs') && isDocsFile(what, status) ? /^default-src 'none'; / : /^default-src 'none'; frame-ancestors 'none'$/;
  assert.match(headers.get('Content-Security-Policy'), policy, what);
  assert.equal(headers.get('Vary'), 'Origin', what);
  assert.match(headers.get('X-Request-Id') ?? '', /^[\w-]+$/, `${what}: one X-Request-Id`);
}
