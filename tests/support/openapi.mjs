// Validates every response of every test against the OpenAPI document: a status, a header or a field that only one of them has fails
// the test and names the place.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const file = 'src/docs/openapi.json';
export const openapi = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8'));

// Clients must ignore unknown fields; the tests require each field to be documented.
for (const schema of Object.values(openapi.components.schemas)) if (schema.type === 'object') schema.additionalProperties = false;

const ajv = addFormats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: false }));
ajv.addSchema(openapi, 'openapi');
/** Coerces types, since a header value is always text. */
const headerAjv = addFormats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: true }));

/** Headers of HTTP itself, and the content type, which is checked with the body. */
const HTTP_HEADERS = ['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];
/** Headers that support/*-entry.mjs add. */
const TEST_HEADERS = ['x-calls', 'x-boundary-calls', 'x-sessions', 'x-waits'];
/** The statuses of a preflight, plain http, an unknown path and a wrong method. */
const OUTSIDE_OPERATIONS = [204, 403, 404, 405];

/** Each path with its methods; HEAD is implied by GET. */
export function openapiPaths() {
  return Object.entries(openapi.paths).map(([path, operations]) => {
    const methods = Object.keys(operations).map((method) => method.toUpperCase());
    return [path, methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))];
  });
}

/** The operation of a request, or undefined. */
export function operationOf(method, path) {
  const { pathname } = new URL(`http://localhost${path}`);
  const segments = pathname.replace(/\/$/, '').split('/').map(decoded);
  const fits = (template) => {
    const parts = template.split('/');
    return parts.length === segments.length && parts.every((part, n) => part === segments[n] || (part.startsWith('{') && segments[n] !== ''));
  };
  const found = Object.keys(openapi.paths).filter(fits);
  return openapi.paths[found[0]]?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
}

/** A segment as the service decodes it; one that is not UTF-8 stays encoded. */
function decoded(segment) {
  try {
    return decodeURIComponent(segment.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    return segment;
  }
}

/** Asserts that the response is documented for this request. */
export function assertMatchesOpenapi(method, path, { status, headers, body }) {
  const what = `${method} ${path} returns ${status}, and ${file}`;
  const operation = operationOf(method, path);
  if (operation === undefined) {
    assert.ok(OUTSIDE_OPERATIONS.includes(status), `${what} has no such operation`);
    if (status === 204) assert.equal(body, null, what);
    else assertContent(what, method, { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }, headers, body);
    return;
  }
  const documented = resolve(operation.responses[status]);
  assert.ok(documented, `${what} has only ${Object.keys(operation.responses)}`);
  assertHeaders(what, documented.headers, headers);
  if (documented.content === undefined) assert.equal(body, null, `${what} has no body`);
  else assertContent(what, method, documented.content, headers, body);
}

function assertHeaders(what, documented, headers) {
  const names = Object.keys(documented);
  const unknown = [...headers.keys()].filter((name) => ![...HTTP_HEADERS, ...TEST_HEADERS].includes(name) && !names.some((known) => known.toLowerCase() === name));
  assert.deepEqual(unknown, [], `${what} does not have these headers`);
  for (const name of names) {
    const { required, schema } = resolve(documented[name]);
    const value = headers.get(name);
    if (value === null) assert.ok(!required, `${what} requires ${name}`);
    else assertValid(`${what} has another ${name}: ${value}`, headerAjv.compile(schema), { value });
  }
}

function assertContent(what, method, content, headers, body) {
  const type = headers.get('Content-Type');
  assert.ok(content[type], `${what} has only ${Object.keys(content)}, not ${type}`);
  if (method === 'HEAD') assert.equal(body, null, what);
  else assertValid(`${what} has another body`, validator(content[type].schema), { value: body });
}

const validators = new Map();

/** The schema, its references resolved within the document. */
function validator(schema) {
  const key = JSON.stringify(schema);
  if (!validators.has(key)) validators.set(key, ajv.compile(JSON.parse(key.replaceAll('"#/', '"openapi#/'))));
  return validators.get(key);
}

function assertValid(what, validate, { value }) {
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors, { dataVar: 'it' })}: ${JSON.stringify(value).slice(0, 300)}`);
}

function resolve(value) {
  return value?.$ref === undefined ? value : value.$ref.slice(2).split('/').reduce((part, name) => part[name], openapi);
}

/** Asserts that an example matches its schema. */
export function assertExample(schema, example) {
  assertValid(`the example of ${schema} in ${file}`, validator({ $ref: `#/components/schemas/${schema}` }), { value: example });
}

/** Sends the examples of an operation's body in each of its content types. */
export async function assertRequestExample({ requestBody }, send) {
  for (const [type, { schema }] of Object.entries(requestBody.content)) {
    for (const example of resolve(schema).examples) {
      await send(...encoded(type, example));
    }
  }
}

/** The content type and the body that a client would send. */
function encoded(type, fields) {
  if (type === 'application/json') return [type, JSON.stringify(fields)];
  if (type === 'multipart/form-data') return multipart(fields);
  return [type, `${new URLSearchParams(fields)}`];
}

/** The content type and the body of a multipart/form-data request. A value is a string, or `{ text, disposition, type }` for more part headers. */
export function multipart(fields, boundary = 'a-boundary') {
  const parts = (Array.isArray(fields) ? fields : Object.entries(fields)).map(([name, value]) => {
    const { disposition = '', type, text = value } = Object(value);
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n${text}\r\n`;
  });
  return [`multipart/form-data; boundary=${boundary}`, `${parts.join('')}--${boundary}--\r\n`];
}
