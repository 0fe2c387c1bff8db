// Tasks as their owner sees them: creating, reading, changing and deleting one. Lists are in pagination.test.mjs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
import { Caller, randomEmail, signUp } from '../../support/caller.mjs';
import { now, signToken } from '../../support/tokens.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let ada, bob;
const worker = useWorker({}, async () => {
  [ada, bob] = await Promise.all([signUp(worker), signUp(worker)]);
});

async function create(caller, task) {
  const response = await caller.post('/api/tasks', task);
  assert.equal(response.status, 201, JSON.stringify(response.body));
  return response.body;
}

async function read(caller, id) {
  const response = await caller.get(`/api/tasks/${id}`);
  assert.equal(response.status, 200, JSON.stringify(response.body));
  return response.body;
}

describe('A new task', () => {
  test('needs only a title and returns its Location', async () => {
    const before = new Date().toISOString();
    const { status, body: task, headers } = await ada.post('/api/tasks', { title: 'Buy milk' });
    assert.equal(status, 201);
    const { id, created_at, updated_at, ...rest } = task;
    assert.deepEqual(rest, { title: 'Buy milk', description: null, completed: false, user_id: ada.userId });
    assert.match(id, UUID_V7);
    assert.match(created_at, TIMESTAMP);
    assert.equal(updated_at, created_at);
    assert.ok(before <= created_at && created_at <= new Date().toISOString(), created_at);

    assert.equal(headers.get('Location'), `/api/tasks/${id}`);
    const found = await ada.get(headers.get('Location'));
    assert.deepEqual({ status: found.status, body: found.body }, { status: 200, body: task });
  });

  test('accepts a description, an empty or null one, and completed', async () => {
    const { description, completed } = await create(ada, { title: 'Buy tea', description: 'Green', completed: true });
    assert.deepEqual({ description, completed }, { description: 'Green', completed: true });
    assert.equal((await create(ada, { title: 'Buy', description: null })).description, null);
    assert.equal((await create(ada, { title: 'Buy', description: '' })).description, '');
  });

  test('keeps every character of the title and the description', async () => {
    for (const text of [
      '😀👩‍👩‍👧‍👦🏴‍☠️', 'e\u0301 is not \u00e9', 'שלום مرحبا', '漢字 ｶﾅ', 'a\u2028b\u2029c', '\ufeffmark', '\u{10ffff}\uffff',
      'nul \u0000 in the middle', '\u0000', 'line\nbreak\ttab\r\n', ' kept space ', '"quoted" \\ back/slash', '{"a":[1]}',
      "Robert'); DROP TABLE tasks;--", '%00 ?1 :name @x $y', '<b>&amp;</b>',
    ]) {
      const task = await create(ada, { title: text, description: text });
      for (const seen of [task, await read(ada, task.id)]) {
        assert.deepEqual({ title: seen.title, description: seen.description }, { title: text, description: text });
      }
      const { body: list } = await ada.get('/api/tasks?order=desc&limit=1');
      assert.deepEqual(list, [task]);
    }
  });

  test('accepts 200 characters of title and 10,000 of description, however many bytes they have', async () => {
    for (const character of ['x', 'é', '漢', '😀']) {
      const longest = { title: character.repeat(200), description: character.repeat(10_000) };
      const { id } = await create(ada, longest);
      const { title, description } = await read(ada, id);
      assert.deepEqual({ title, description }, longest);
      const longer = { title: `${longest.title}x`, description: `${longest.description}x` };
      assertFieldErrors(await ada.post('/api/tasks', longer), ['body.title string_too_long', 'body.description string_too_long']);
    }
  });

  test('rejects a title of whitespace only', async () => {
    for (const title of ['', ' ', '\n\t\r', '\u00a0', '\u3000\u2003']) {
      assertFieldErrors(await ada.post('/api/tasks', { title }), 'body.title string_too_short');
    }
  });
});

describe('A changed task', () => {
  for (const method of ['put', 'patch']) {
    test(`by ${method.toUpperCase()} has the fields of the body changed and all others kept`, async () => {
      const task = await create(ada, { title: 'Call', description: 'at noon' });
      for (const changes of [
        { title: 'Call back' }, { description: 'at two' }, { completed: true }, { completed: false }, { description: null },
        { title: 'Write', description: '', completed: true }, {},
      ]) {
        const earlier = await read(ada, task.id);
        const { status, body: later } = await ada[method](`/api/tasks/${task.id}`, changes);
        assert.equal(status, 200);
        assert.deepEqual(later, { ...earlier, ...changes, updated_at: later.updated_at });
        assert.match(later.updated_at, TIMESTAMP);
        assert.ok(later.updated_at >= earlier.updated_at);
        assert.deepEqual(await read(ada, task.id), later);
      }
    });
  }

  test('has a later updated_at and the same created_at', async () => {
    const task = await create(ada, { title: 'Wait' });
    while (new Date().toISOString() <= task.created_at);
    const { body: changed } = await ada.patch(`/api/tasks/${task.id}`, { completed: true });
    assert.equal(changed.created_at, task.created_at);
    assert.ok(changed.updated_at > task.updated_at);
  });

  test('keeps concurrent changes to different fields', async () => {
    const task = await create(ada, { title: 'Race' });
    const changes = { title: 'Raced', description: 'by three', completed: true };
    await Promise.all(Object.entries(changes).map(([name, value]) => ada.patch(`/api/tasks/${task.id}`, { [name]: value })));
    const { title, description, completed } = await read(ada, task.id);
    assert.deepEqual({ title, description, completed }, changes);
  });
});

test('a deleted task is 404, and one of three concurrent deletions succeeds', async () => {
  const task = await create(ada, { title: 'Forget' });
  const responses = await Promise.all([1, 2, 3].map(() => ada.delete(`/api/tasks/${task.id}`)));
  const [deleted, ...late] = responses.sort((one, other) => one.status - other.status);
  assertDetail(deleted, 200, 'Task deleted');
  for (const response of [...late, await ada.get(`/api/tasks/${task.id}`), await ada.patch(`/api/tasks/${task.id}`, {})]) {
    assertDetail(response, 404, 'Task not found');
  }
});

describe('Task ownership', () => {
  test('returns the same 404 for a task of another user, an unknown id and a malformed id', async () => {
    const bobs = await create(bob, { title: 'Bob only' });
    const unknown = bobs.id.replace(/.{12}$/, '000000000000');
    for (const id of [bobs.id, unknown, '1', 'x', '-1', 'null', '%00', `'%20OR%20'1'='1`, 'x'.repeat(5_000), '%F0%9F%98%80']) {
      for (const [method, body] of [['get'], ['delete'], ['put', { title: 'Taken' }], ['patch', { completed: true }]]) {
        const response = await ada[method](`/api/tasks/${id}`, body);
        assertDetail(response, 404, 'Task not found');
        assert.equal(response.headers.get('WWW-Authenticate'), null);
      }
    }
    assert.deepEqual(await read(bob, bobs.id), bobs);
  });

  test('returns the same response for an invalid body on such tasks', async () => {
    const bobs = await create(bob, { title: 'Bob only' });
    const responses = [];
    for (const id of [bobs.id, bobs.id.replace(/.{12}$/, '000000000000'), 'no-id']) {
      const { status, body } = await ada.patch(`/api/tasks/${id}`, { title: 7 });
      responses.push({ status, body });
    }
    for (const response of responses) assert.deepEqual(response, responses[0]);
  });

  test('keeps separate tasks for each subject of another issuer\'s tokens', async () => {
    const sub = `issuer|${randomEmail()}`;
    const bearer = () => new Caller(worker, signToken({ sub, exp: now() + 60 }, { secret: worker.secret }));
    const task = await create(bearer(), { title: 'From elsewhere' });
    assert.equal(task.user_id, sub);
    assert.deepEqual((await bearer().get('/api/tasks')).body, [task]);
    assertDetail(await ada.get(`/api/tasks/${task.id}`), 404, 'Task not found');
  });
});
