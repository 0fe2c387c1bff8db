// Lists of tasks: filter, order and pages. Reading all pages neither misses nor repeats a task, even while tasks change.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertFieldErrors } from '../../support/assertions.mjs';
import { signUp } from '../../support/caller.mjs';
import { nextPage, readPages } from '../../support/pages.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const worker = useWorker();

/** A new user with tasks, some done and some not, in the order in which they are listed. */
async function userWithTasks(count, task = (index) => ({ title: `Task ${index}`, completed: index % 3 === 0 })) {
  const caller = await signUp(worker);
  const tasks = [];
  for (let index = 0; index < count; index += 25) {
    const size = Math.min(25, count - index);
    const some = Array.from({ length: size }, (_, offset) => caller.post('/api/tasks', task(index + offset)));
    for (const { status, body } of await Promise.all(some)) {
      assert.equal(status, 201);
      tasks.push(body);
    }
  }
  // Identifiers (UUIDv7) increase with the time of creation and break ties within one millisecond.
  return { caller, tasks: tasks.sort((one, other) => (one.id < other.id ? -1 : 1)) };
}

describe('A list', () => {
  test('is empty for a new user', async () => {
    const response = await (await signUp(worker)).get('/api/tasks');
    assert.deepEqual({ status: response.status, body: response.body }, { status: 200, body: [] });
    assert.equal(response.headers.get('Link'), null);
  });

  test('is ordered from oldest to newest, or reversed by order=desc', async () => {
    const caller = await signUp(worker);
    for (const title of ['first', 'second', 'third']) {
      const { body: made } = await caller.post('/api/tasks', { title });
      while (new Date().toISOString() <= made.created_at);
    }
    const shown = async (query) => (await caller.get(`/api/tasks${query}`)).body.map(({ title }) => title);
    assert.deepEqual(await shown(''), ['first', 'second', 'third']);
    assert.deepEqual(await shown('?order=asc'), ['first', 'second', 'third']);
    assert.deepEqual(await shown('?order=desc'), ['third', 'second', 'first']);
  });

  test('is filtered by completed, in every spelling that FastAPI accepts', async () => {
    const { caller, tasks } = await userWithTasks(10);
    const yes = ['true', 'True', 'TRUE', 't', 'T', 'yes', 'YES', 'y', 'on', 'On', '1'];
    const no = ['false', 'False', 'FALSE', 'f', 'F', 'no', 'NO', 'n', 'off', 'Off', '0'];
    for (const [words, completed] of [[yes, true], [no, false]]) {
      const expected = tasks.filter((task) => task.completed === completed);
      assert.ok(expected.length > 0);
      for (const word of words) assert.deepEqual((await caller.get(`/api/tasks?completed=${word}`)).body, expected, word);
    }
    const { body: done } = await caller.get('/api/tasks?completed=yes&order=desc&limit=2');
    assert.deepEqual(done, tasks.filter((task) => task.completed).reverse().slice(0, 2));
  });

  test('reports all invalid query parameters in one response', async () => {
    const { caller } = await userWithTasks(1);
    for (const [query, ...errors] of [
      ['limit=0', 'query.limit greater_than_equal'],
      ['limit=-1', 'query.limit greater_than_equal'],
      ['limit=501', 'query.limit less_than_equal'],
      ['limit=99999999999999999999999', 'query.limit less_than_equal'],
      ['limit=-99999999999999999999999', 'query.limit greater_than_equal'],
      ['limit=', 'query.limit int_parsing'],
      ['limit=ten', 'query.limit int_parsing'],
      ['limit=1.5', 'query.limit int_parsing'],
      ['limit=0x10', 'query.limit int_parsing'],
      ['completed=maybe', 'query.completed bool_parsing'],
      ['completed=', 'query.completed bool_parsing'],
      ['completed=2', 'query.completed bool_parsing'],
      ['order=up', 'query.order enum'],
      ['order=', 'query.order enum'],
      ['after=', 'query.after value_error.cursor'],
      [
        'limit=0&completed=maybe&order=up&after=x',
        'query.limit greater_than_equal', 'query.completed bool_parsing', 'query.order enum', 'query.after value_error.cursor',
      ],
    ]) {
      assertFieldErrors(await caller.get(`/api/tasks?${query}`), errors);
    }
    assert.equal((await caller.get('/api/tasks?unknown=value&limit=1')).status, 200);
  });
});

describe('A page', () => {
  test('has `limit` tasks, and the last one has no Link header', async () => {
    const { caller, tasks } = await userWithTasks(12);
    for (const [limit, sizes] of [[1, Array(12).fill(1)], [5, [5, 5, 2]], [6, [6, 6]], [11, [11, 1]], [12, [12]], [500, [12]]]) {
      for (const order of ['asc', 'desc']) {
        const pages = await readPages(caller, `/api/tasks?limit=${limit}&order=${order}`);
        assert.deepEqual(pages.map((page) => page.length), sizes);
        assert.deepEqual(pages.flat(), order === 'asc' ? tasks : tasks.toReversed());
      }
    }
  });

  test('keeps the filter, the order and the limit of the first one', async () => {
    const { caller, tasks } = await userWithTasks(12);
    const pages = await readPages(caller, '/api/tasks?order=desc&completed=false&limit=3&note=a%26b');
    assert.deepEqual(pages.flat(), tasks.filter((task) => !task.completed).reverse());
    assert.deepEqual(pages.map((page) => page.length), [3, 3, 2]);
  });

  test('has 100 tasks by default and at most 500', async () => {
    const { caller, tasks } = await userWithTasks(501);
    const byDefault = await caller.get('/api/tasks');
    assert.deepEqual(byDefault.body, tasks.slice(0, 100));
    assert.ok(nextPage(worker, byDefault));
    assert.deepEqual(await readPages(caller, '/api/tasks?limit=500'), [tasks.slice(0, 500), tasks.slice(500)]);
  });

  test('may be larger than the largest single value of D1', async () => {
    const description = '😀'.repeat(10_000);
    const { caller, tasks } = await userWithTasks(60, (index) => ({ title: `Long ${index}`, description }));
    assert.deepEqual((await caller.get('/api/tasks')).body, tasks);
  });

  test('ends early if it would be too large for an isolate, and its Link continues with the next task', async () => {
    // A control character takes six bytes of JSON, so each task takes 60,000.
    const description = '\u0001'.repeat(10_000);
    const { caller, tasks } = await userWithTasks(150, (index) => ({ title: `Huge ${index}`, description }));
    for (const order of ['asc', 'desc']) {
      const pages = await readPages(caller, `/api/tasks?limit=500&order=${order}`);
      assert.ok(pages.length > 1 && pages.every((page) => page.length > 0), `${pages.map((page) => page.length)}`);
      const expected = order === 'asc' ? tasks : tasks.toReversed();
      assert.deepEqual(pages.flat().map(({ id }) => id), expected.map(({ id }) => id));
    }
  });
});

describe('Reading page by page', () => {
  for (const order of ['asc', 'desc']) {
    test(`neither misses nor repeats a task while others are created, changed and deleted (${order})`, async () => {
      const { caller, tasks } = await userWithTasks(40, (index) => ({ title: `Task ${index}` }));
      const deleted = new Set();
      const upcoming = order === 'asc' ? tasks.toReversed() : [...tasks];
      const pages = await readPages(caller, `/api/tasks?limit=7&order=${order}`, async (page) => {
        // Delete the first task of this page, the last one (which is the cursor's own row), and the one at the end of the list.
        for (const { id } of [page[0], page.at(-1), upcoming.shift()]) {
          assert.equal((await caller.delete(`/api/tasks/${id}`)).status, 200);
          deleted.add(id);
        }
        await caller.patch(`/api/tasks/${page[1].id}`, { title: 'Changed', completed: true });
        await caller.post('/api/tasks', { title: 'New' });
      });
      assert.ok(pages.length > 4);
      const shown = pages.flat().map(({ id }) => id);
      assert.equal(new Set(shown).size, shown.length, 'no task is shown twice');
      for (const { id } of tasks) assert.ok(shown.includes(id) || deleted.has(id), 'no remaining task is missing');
      const fresh = pages.flat().filter(({ title }) => title === 'New').length;
      assert.ok(order === 'asc' ? fresh > 0 : fresh === 0, `${fresh} new ones are shown`);
    });
  }
});

describe('A cursor', () => {
  test('is accepted only unchanged and from the user that it was issued to', async () => {
    const { caller, tasks } = await userWithTasks(3);
    const other = await userWithTasks(3);
    const cursorOf = async (user) => {
      const next = nextPage(worker, await user.get('/api/tasks?limit=1'));
      return new URL(next, worker.url).searchParams.get('after');
    };
    const [cursor, foreign] = [await cursorOf(caller), await cursorOf(other.caller)];
    const forged = Array.from(cursor, (character, index) => {
      const another = character === 'A' ? 'B' : 'A';
      return cursor.slice(0, index) + another + cursor.slice(index + 1);
    });
    const cut = [cursor.slice(1), cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, ` ${cursor}`];
    for (const after of [...forged, ...cut, foreign, tasks[0].id, '0', '\0']) {
      assertFieldErrors(await caller.get(`/api/tasks?limit=1&after=${encodeURIComponent(after)}`), 'query.after value_error.cursor');
    }
    assert.deepEqual((await caller.get(`/api/tasks?after=${encodeURIComponent(cursor)}`)).body, tasks.slice(1));
  });
});
