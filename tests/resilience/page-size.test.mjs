// A page of tasks ends before its JSON exceeds 4 MiB, inside the database: an isolate has 128 MB for all its requests, and the
// rows of the largest 500 tasks take a multiple of that once they are in JavaScript.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Caller, signUp } from '../support/caller.mjs';
import { startIsolatedWorker } from '../support/isolated-worker.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const MAX_PAGE_OCTETS = 4 * 1024 * 1024;
const NOW = '2026-11-20T20:25:00.123Z';
const project = join(import.meta.dirname, '..', '..');

const worker = useWorker({ entry: 'd1-server-entry.mjs' });
const database = useDatabase(worker);

/** Inserts tasks as the API would store them; `description` is an expression of SQL, in which `i` counts from 1. */
async function insertTasks({ userId }, count, description) {
  await database.prepare(`WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2)
    INSERT INTO tasks SELECT ?1, printf('0192f0a1-7c3b-7def-8abc-%012d', i), 'Task ' || i, ${description}, i % 2, ?3, ?3 FROM numbers`)
    .bind(userId, count, NOW).run();
}

/** `count` control characters, which JSON writes in six octets each. */
const controlCharacters = (count) => `replace(printf('%.${count}c', 'x'), 'x', char(1))`;
const octets = (value) => Buffer.byteLength(JSON.stringify(value));
const link = ({ headers }) => /^<([^>]+)>; rel="next"$/.exec(headers.get('Link') ?? '')?.[1];

/** All pages from a path on. */
async function readPages(caller, path) {
  const pages = [];
  for (let next = path; next !== undefined;) {
    const response = await caller.get(next);
    assert.equal(response.status, 200);
    pages.push(response.body);
    next = link(response);
  }
  return pages;
}

describe('A page of large tasks', { timeout: 300_000 }, () => {
  test('is as long as 4 MiB allow, and its Link continues with the next task', async () => {
    const user = await signUp(worker);
    await insertTasks(user, 160, `iif(i % 3, ${controlCharacters(9_999)} || '😀', 'short')`);
    const numbers = Array.from({ length: 160 }, (_, index) => index + 1);
    for (const [query, expected] of [
      ['', numbers], ['&order=desc', numbers.toReversed()],
      ['&completed=true', numbers.filter((number) => number % 2)], ['&completed=false&order=desc', numbers.filter((number) => number % 2 === 0).toReversed()],
    ]) {
      const pages = await readPages(user, `/api/tasks?limit=500${query}`);
      assert.deepEqual(pages.flat().map(({ title }) => title), expected.map((number) => `Task ${number}`), query);
      if (query === '') assert.ok(pages.length > 1);
      pages.forEach((page, index) => {
        assert.ok(octets(page) <= MAX_PAGE_OCTETS, `${octets(page)}`);
        const following = pages[index + 1]?.[0];
        if (following) assert.ok(octets([...page, following]) > MAX_PAGE_OCTETS, `${query}: page ${index} has room for another task`);
      });
    }
  });

  test('may have exactly 4 MiB, and then ends', async () => {
    const user = await signUp(worker);
    await insertTasks(user, 71, `iif(i <= 70, ${controlCharacters(10_000)}, 'last')`);
    const all = (await readPages(user, '/api/tasks?limit=500')).flat();
    // The last task is short, so that the description of another one decides to the octet whether 70 tasks fit.
    const excess = octets(all.slice(0, 70)) - MAX_PAGE_OCTETS;
    assert.ok(excess > 0 && excess < 60_000 * 3, `${excess}`);
    const shorten = async (total) => {
      for (let number = 1, left = total; left > 0; number += 1) {
        const cut = Math.min(left, 59_999);
        const [controls, letters] = [Math.floor((60_000 - cut) / 6), (60_000 - cut) % 6];
        await user.patch(`/api/tasks/${all[number - 1].id}`, { description: '\u0001'.repeat(controls) + 'x'.repeat(letters) });
        left -= cut;
      }
    };
    await shorten(excess);
    const [exact] = await readPages(user, '/api/tasks?limit=500');
    assert.deepEqual([exact.length, octets(exact)], [70, MAX_PAGE_OCTETS]);
    await shorten(excess - 1);
    const [shorter] = await readPages(user, '/api/tasks?limit=500');
    assert.equal(shorter.length, 69);
  });

  test('leaves the database with 4 MiB at most, whichever way it is asked for', async () => {
    const printed = execFileSync('cargo', ['run', '--quiet', '--locked', '--example', 'statements'], { cwd: project, encoding: 'utf8' });
    const user = await signUp(worker);
    await insertTasks(user, 300, `'😀' || ${controlCharacters(9_999)}`);
    const long = JSON.parse(printed).filter(([name]) => name.startsWith('LONG_TASKS'));
    assert.equal(long.length, 4);
    for (const [name, sql] of long) {
      const values = [user.userId, null, Date.now(), name.includes('DESC') ? '~' : '', 501, 1].slice(0, name.includes('COMPLETED') ? 6 : 5);
      const rows = await database.prepare(sql).bind(...values).raw();
      const sum = rows.reduce((total, [task]) => total + Buffer.byteLength(task) + 1, 1);
      assert.ok(sum > MAX_PAGE_OCTETS - 70_000 && sum <= MAX_PAGE_OCTETS + 1, `${name}: ${sum}`);
      assert.equal(rows.at(-1)[0], '', 'the last row says that another page follows');
    }
  });

  test('ends early as well where nothing counts what a user stores', async () => {
    const user = await signUp(worker);
    await insertTasks(user, 100, controlCharacters(10_000));
    await database.prepare('DELETE FROM usage WHERE user_id = ?').bind(user.userId).run();
    const pages = await readPages(user, '/api/tasks?limit=500');
    assert.ok(pages.length > 1 && pages.every((page) => octets(page) <= MAX_PAGE_OCTETS));
    assert.equal(pages.flat().length, 100);
  });

  test('does not end the isolate, which has 128 MB', async () => {
    const user = await signUp(worker);
    await insertTasks(user, 501, `'😀' || ${controlCharacters(9_999)}`);
    const isolated = await startIsolatedWorker(worker, { v8Flags: ['--max-heap-size=128'] });
    try {
      const caller = new Caller(isolated, user.accessToken);
      for (const query of ['limit=500', 'limit=500&order=desc', 'limit=500&completed=true', 'limit=100', 'limit=66']) {
        for (let time = 0; time < 3; time += 1) {
          const response = await caller.get(`/api/tasks?${query}`);
          assert.equal(response.status, 200);
          assert.ok(response.body.length > 60 && link(response), `${query}: ${response.body.length}`);
        }
      }
      // Several at once still fit.
      const responses = await Promise.all([1, 2].map(() => caller.get('/api/tasks?limit=500')));
      assert.deepEqual(responses.map(({ status }) => status), [200, 200]);
    } catch (error) {
      throw new Error(`workerd says:\n${isolated.output().slice(-2_000)}`, { cause: error });
    } finally {
      await isolated.stop();
    }
  });
});
