// The OpenAPI document: it is served, it lists exactly the routes of the router, and its examples are valid. support/caller.mjs
// validates every response of every test against it; a Rust unit test in src/handlers compares the fields of requests.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous, signUp } from '../../support/caller.mjs';
import { EMAIL_VARS } from '../../support/mailbox.mjs';
import { assertExample, assertRequestExample, openapi } from '../../support/openapi.mjs';
import { routerPaths } from '../../support/router.mjs';
import { paths } from '../../support/routes.mjs';
import { useWorker } from '../../support/use-worker.mjs';

let ada;
const worker = useWorker({ vars: { ALLOWED_ORIGINS: 'https://app.example.com', ...EMAIL_VARS } }, async () => {
  ada = await signUp(worker);
});

const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));

/** Every object of the document. */
function nodesOf(value) {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(nodesOf)];
}

describe('The OpenAPI document', () => {
  test('is served without a token', async () => {
    const { status, headers, body } = await anonymous(worker).get('/openapi.json');
    assert.equal(status, 200);
    assert.equal(headers.get('Content-Type'), 'application/json');
    assert.match(body.openapi, /^3\.1\./);
    assert.deepEqual(Object.keys(body.paths), Object.keys(openapi.paths));
  });

  test('is readable by a page of an allowed origin', async () => {
    const { headers } = await anonymous(worker).get('/openapi.json', { headers: { Origin: 'https://app.example.com' } });
    assert.equal(headers.get('Access-Control-Allow-Origin'), 'https://app.example.com');
  });

  test('lists every path of the router and no other', () => {
    const documented = Object.keys(openapi.paths).map((path) => path.replace(/\{\w+\}/g, '{}'));
    assert.deepEqual(documented.toSorted(), routerPaths().map((segments) => `/${segments.join('/')}`).toSorted());
  });

  test('lists every method of each path and no other', async () => {
    for (const [path, methods] of paths()) {
      const response = await anonymous(worker).send('OPTIONS', path);
      assert.equal(response.status, 405, path);
      assert.deepEqual(response.headers.get('Allow').split(', ').toSorted(), methods.toSorted(), path);
    }
  });

  test('requires a token exactly where the service requires one', async () => {
    for (const { method, path, operation } of operations) {
      const headers = method === 'GET' ? {} : { 'Content-Type': 'application/json' };
      const { body } = await anonymous(worker).send(method, path, { headers });
      const isEnforced = body?.detail === 'Authorization header missing';
      const isRequired = operation.security.length > 0 && operation.security.every((scheme) => Object.keys(scheme).length > 0);
      // A sign-out accepts a refresh token in the body, which this request does not have.
      if (operation.operationId === 'signOut') {
        assert.deepEqual([isRequired, isEnforced], [false, true]);
        continue;
      }
      assert.equal(isRequired, isEnforced, `${method} ${path}`);
      assert.equal('401' in operation.responses && isRequired, isEnforced, `${method} ${path}`);
    }
  });

  test('has a unique id and a declared tag for each operation', () => {
    const names = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(names).size, names.length);
    const tags = openapi.tags.map(({ name }) => name);
    for (const { operation } of operations) assert.ok(operation.tags.every((tag) => tags.includes(tag)), operation.operationId);
  });

  test('has a unique name for each component, also where a generator appends the kind or derives types from an operation', () => {
    const { schemas, responses, parameters, headers, securitySchemes } = openapi.components;
    const names = [schemas, responses, parameters, headers, securitySchemes].flatMap(Object.keys);
    names.push(...Object.keys(responses).map((name) => `${name}Response`), ...Object.keys(parameters).map((name) => `${name}Parameter`));
    for (const { operation: { operationId } } of operations) {
      names.push(...['Body', 'Data', 'Error', 'Errors', 'Params', 'Response', 'Responses'].map((kind) => operationId + kind));
    }
    const lower = names.map((name) => name.toLowerCase());
    assert.deepEqual(names.filter((_, index) => lower.indexOf(lower[index]) !== index), []);
  });

  test('has a type for each constant and enumeration, which generators otherwise type as `any`', () => {
    const untyped = nodesOf(openapi).filter((node) => ('const' in node || Array.isArray(node.enum)) && node.type === undefined);
    assert.deepEqual(untyped, []);
  });

  test('has no default for a field, which generators would require in requests', () => {
    assert.deepEqual(nodesOf(openapi.components.schemas).filter((node) => 'default' in node), []);
  });

  test('describes a task id in a path as it does in a task', () => {
    const { schemas, parameters } = openapi.components;
    assert.deepEqual(parameters.TaskId.schema, schemas.Task.properties.id);
  });

  test('has as its server the host that serves it', () => {
    assert.deepEqual(openapi.servers.map(({ url }) => new URL(url, 'https://api.example.com/openapi.json').href), ['https://api.example.com/']);
  });

  test('has examples that match their schemas', () => {
    const schemas = Object.entries(openapi.components.schemas);
    const examples = schemas.flatMap(([name, { examples = [] }]) => examples.map((example) => [name, example]));
    assert.ok(examples.length >= 14, `${examples.length}`);
    for (const [name, example] of examples) assertExample(name, example);
  });

  test('has request examples that the service accepts', async () => {
    for (const { method, path, operation } of operations.filter(({ operation }) => operation.requestBody)) {
      await assertRequestExample(operation, async (type, body) => {
        const to = path.replace('{user_id}', ada.userId).replace('{task_id}', 'some-task').replace('{session_id}', 'some-session');
        const { status } = await ada.send(method, to, { headers: { 'Content-Type': type }, body });
        assert.notEqual(status, 422, `${method} ${path}: ${body}`);
      });
    }
  });

  test('declares the OAuth2 password flow that the docs page signs in with', () => {
    const { password, bearer } = openapi.components.securitySchemes;
    assert.equal(password.flows.password.tokenUrl, '/auth/token');
    assert.equal(password.flows.password.refreshUrl, '/auth/token');
    assert.deepEqual([bearer.type, bearer.scheme], ['http', 'bearer']);
  });
});
