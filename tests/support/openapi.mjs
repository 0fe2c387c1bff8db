// Holds every response that any test gets against the OpenAPI description: a status, a header or a field that is in one and not
// in the other fails, and says where.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const file = 'src/docs/openapi.json';
export const openapi = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8'));

// Fields may be added for clients, who take no offence; here each one must be described.
for (const schema of Object.values(openapi.components.schemas)) if (schema.type === 'object') schema.additionalProperties = false;

const ajv = addFormats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: false }));
ajv.addSchema(openapi, 'openapi');
/** A header is text, whatever its schema says. */
const headerAjv = addFormats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: true }));

/** What HTTP itself adds, and the type of the body, which is looked at by itself. */
const OF_HTTP = ['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];
/** What a module in front of the Worker tells a test: support/*-entry.mjs. */
const OF_TESTS = ['x-calls', 'x-boundary-calls', 'x-sessions'];
/** A preflight, plain http, an unknown path and a wrong method. */
const OUTSIDE_OPERATIONS = [204, 403, 404, 405];

/** Each path with its methods; HEAD is GET without a body, and goes without saying. */
export function openapiPaths() {
  return Object.entries(openapi.paths).map(([path, operations]) => {
    const methods = Object.keys(operations).map((method) => method.toUpperCase());
    return [path, methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))];
  });
}

/** The operation of a request, if there is one. */
export function operationOf(method, path) {
  const { pathname } = new URL(`http://localhost${path}`);
  const segments = pathname.replace(/\/$/, '').split('/');
  const fits = (template) => {
    const parts = template.split('/');
    return parts.length === segments.length && parts.every((part, n) => part === segments[n] || (part.startsWith('{') && segments[n] !== ''));
  };
  const found = Object.keys(openapi.paths).filter(fits);
  return openapi.paths[found[0]]?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
}

/** The response is one that the description promises for this request. */
export function assertMatchesOpenapi(method, path, { status, headers, body }) {
  const what = `${method} ${path} returns ${status}, and ${file}`;
  const operation = operationOf(method, path);
  if (operation === undefined) {
    assert.ok(OUTSIDE_OPERATIONS.includes(status), `${what} has no such operation`);
    if (status === 204) assert.equal(body, null, what);
    else assertContent(what, method, { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }, headers, body);
    return;
  }
  const promised = resolve(operation.responses[status]);
  assert.ok(promised, `${what} has only ${Object.keys(operation.responses)}`);
  assertHeaders(what, promised.headers, headers);
  if (promised.content === undefined) assert.equal(body, null, `${what} has no body`);
  else assertContent(what, method, promised.content, headers, body);
}

function assertHeaders(what, promised, headers) {
  const names = Object.keys(promised);
  const unknown = [...headers.keys()].filter((name) => ![...OF_HTTP, ...OF_TESTS].includes(name) && !names.some((known) => known.toLowerCase() === name));
  assert.deepEqual(unknown, [], `${what} does not have these headers`);
  for (const name of names) {
    const { required, schema } = resolve(promised[name]);
    const value = headers.get(name);
    if (value === null) assert.ok(!required, `${what} promises ${name}`);
    else assertValid(`${what} has another ${name}: ${value}`, headerAjv.compile(schema), { value });
  }
}

function assertContent(what, method, content, headers, body) {
  const type = headers.get('Content-Type');
  assert.ok(content[type], `${what} has only ${Object.keys(content)}, not ${type}`);
  if (method === 'HEAD') assert.equal(body, null, what);
  else assertValid(`${what} says otherwise of the body`, validator(content[type].schema), { value: body });
}

const validators = new Map();

/** The schema, its references resolved within the description. */
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

/** An example is what its schema says. */
export function assertExample(schema, example) {
  assertValid(`the example of ${schema} in ${file}`, validator({ $ref: `#/components/schemas/${schema}` }), { value: example });
}

/** Sends the example of an operation's body. */
export async function assertRequestExample({ requestBody }, send) {
  for (const [type, { schema }] of Object.entries(requestBody.content)) {
    const [example] = resolve(schema).examples;
    await send(type, type === 'application/json' ? JSON.stringify(example) : `${new URLSearchParams(example)}`);
  }
}
