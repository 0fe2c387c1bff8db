// A body that does not match its route: one response reports every invalid field, in pydantic's format.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFieldErrors } from '../../support/assertions.mjs';
import { anonymous, GOOD_PASSWORD, randomEmail, signUp } from '../../support/caller.mjs';
import { decodeToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

let ada;
const worker = useWorker({}, async () => {
  ada = await signUp(worker);
});

async function sendRaw(body, caller = ada, path = '/api/tasks') {
  return caller.send('POST', path, { headers: { 'Content-Type': 'application/json' }, body });
}

test('rejects malformed JSON', async () => {
  for (const body of ['', ' ', '{', 'nope', '{"title":"a",}', "{'title':'a'}", '{"title":"a"} more', '{"title":NaN}']) {
    assertFieldErrors(await sendRaw(body), 'body json_invalid');
    assertFieldErrors(await sendRaw(body, anonymous(worker), '/api/auth/signin'), 'body json_invalid');
  }
});

test('rejects invalid UTF-8 as malformed JSON', async () => {
  const title = Buffer.from([0xff, 0xfe, 0x80]);
  assertFieldErrors(await sendRaw(Buffer.concat([Buffer.from('{"title":"'), title, Buffer.from('"}')])), 'body json_invalid');
});

test('rejects deeply nested JSON and serves the next request', async () => {
  assertFieldErrors(await sendRaw('['.repeat(60_000)), 'body json_invalid');
  assert.equal((await ada.get('/api/tasks')).status, 200);
});

test('rejects JSON that is no object', async () => {
  for (const body of ['[]', '[{"title":"a"}]', '"title"', '7', 'true', 'null']) {
    assertFieldErrors(await sendRaw(body), 'body dict_type');
    assertFieldErrors(await sendRaw(body, anonymous(worker), '/api/auth/refresh'), 'body dict_type');
  }
});

const allOfWrongType = ['body.title string_type', 'body.description string_type', 'body.completed bool_type'];
const allTooLong = ['body.title string_too_long', 'body.description string_too_long'];

test('reports each invalid field of a new task', async () => {
  for (const [body, ...errors] of [
    [{}, 'body.title missing'],
    [{ title: null }, 'body.title string_type'],
    [{ title: 7, description: 7, completed: 7 }, ...allOfWrongType],
    [{ title: ['a'], description: {}, completed: null }, ...allOfWrongType],
    [{ description: 'a', completed: 'true' }, 'body.title missing', 'body.completed bool_type'],
    [{ title: '' }, 'body.title string_too_short'],
    [{ title: 'x'.repeat(201), description: 'x'.repeat(10_001) }, ...allTooLong],
  ]) {
    assertFieldErrors(await ada.post('/api/tasks', body), errors);
  }
});

test('reports each invalid field of a changed task', async () => {
  const { body: task } = await ada.post('/api/tasks', { title: 'Change me' });
  for (const [body, ...errors] of [
    [{ title: null, completed: null }, 'body.title string_type', 'body.completed bool_type'],
    [{ title: {}, description: false, completed: 0 }, ...allOfWrongType],
    [{ title: ' ', completed: 'no' }, 'body.title string_too_short', 'body.completed bool_type'],
    [{ title: 'x'.repeat(201), description: 'x'.repeat(10_001) }, ...allTooLong],
    [[], 'body dict_type'],
  ]) {
    for (const method of ['put', 'patch']) assertFieldErrors(await ada[method](`/api/tasks/${task.id}`, body), errors);
  }
  assert.deepEqual((await ada.get(`/api/tasks/${task.id}`)).body, task);
});

test('reports each invalid field of a sign-up', async () => {
  for (const [body, email, password, name] of [
    [{}, 'missing', 'missing'],
    [{ email: 1, password: [], name: {} }, 'string_type', 'string_type', 'string_type'],
    [{ email: 'nobody', password: 'Ab1', name: '' }, 'value_error.email', 'string_too_short', 'string_too_short'],
    [{ email: 'a@b', password: 'No digit', name: 'x'.repeat(101) }, 'value_error.email', 'value_error.password', 'string_too_long'],
    [{ email: `${'a'.repeat(250)}@example.com`, password: `aA1${'x'.repeat(126)}` }, 'value_error.email', 'string_too_long'],
  ]) {
    const expected = [`body.email ${email}`, `body.password ${password}`, ...(name ? [`body.name ${name}`] : [])];
    assertFieldErrors(await anonymous(worker).post('/api/auth/signup', body), expected);
  }
});

test('ignores unknown fields and does not store them', async () => {
  const email = randomEmail();
  const signup = { email, password: GOOD_PASSWORD, id: 'chosen', user_id: ada.userId, role: 'admin', password_hash: 'x' };
  const { status, body: session } = await anonymous(worker).post('/api/auth/signup', signup);
  assert.equal(status, 201);
  assert.notEqual(session.user_id, ada.userId);
  assert.notEqual(session.user_id, 'chosen');
  assert.equal(decodeToken(session.access_token).claims.role, 'user');

  const foreign = { id: 'chosen', user_id: session.user_id, created_at: '2000-01-01T00:00:00.000Z', updated_at: 'never' };
  const { body: task } = await ada.post('/api/tasks', { title: 'Mine', ...foreign });
  assert.equal(Object.keys(task).sort().join(' '), 'completed created_at description id title updated_at user_id');
  const changed = await ada.patch(`/api/tasks/${task.id}`, { title: 'Still mine', ...foreign });
  for (const { id, user_id, created_at } of [task, changed.body]) {
    assert.deepEqual({ id, user_id, created_at }, { id: task.id, user_id: ada.userId, created_at: task.created_at });
    assert.notEqual(id, 'chosen');
    assert.notEqual(created_at, foreign.created_at);
  }
});
