// Two users at once, thousands of random requests, each response compared with a model: nothing differs, and no row of one
// is ever seen or changed by the other.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { assertFieldErrors, assertDetail } from '../../support/assertions.mjs';
import { signUp } from '../../support/caller.mjs';
import { nextPage, readPages } from '../../support/pages.mjs';
import { seededRandom } from '../../support/random.mjs';
import { TaskModel } from '../../support/task-model.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const ROUNDS = 1_000;

const worker = useWorker();

test('Two thousand random requests of two users get just the responses that a model predicts', async (t) => {
  const random = seededRandom();
  t.diagnostic(`SEED=${random.seed}`);
  const players = await Promise.all([newPlayer(), newPlayer()]);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Both moves are chosen before either is made, so that the same seed plays the same game whichever response is first.
    const moves = players.map((player, index) => chooseMove(random, player, players[1 - index]));
    await Promise.all(moves.map(async (move) => {
      try {
        await move.play();
      } catch (error) {
        error.message = `SEED=${random.seed}, round ${round}, ${move.text}: ${error.message}`;
        throw error;
      }
    }));
  }
  for (const { caller, model } of players) {
    assert.ok(model.tasks.size > 0 && model.deleted.length > 0);
    assert.deepEqual((await readPages(caller, '/api/tasks?limit=7')).flat(), model.page({ limit: Infinity }).tasks);
  }
});

function assertShows({ status, body }, expected) {
  assert.deepEqual({ status, body }, { status: 200, body: expected });
}

async function newPlayer() {
  const caller = await signUp(worker);
  // A cursor leads on in the order in which it was given.
  return { caller, model: new TaskModel(caller.userId), cursors: [] };
}

function chooseMove(random, player, other) {
  const { caller, model } = player;
  const kind = random.pick(['create', 'create', 'create', 'list', 'list', 'get', 'put', 'patch', 'patch', 'delete', 'delete']);
  if (kind === 'list') return listMove(random, player, other);
  if (kind === 'create') {
    const { body, problems } = randomBody(random, other.model, { isNew: true, mayBeBroken: true });
    return {
      text: `POST /api/tasks ${JSON.stringify(body)}`,
      async play() {
        const response = await caller.post('/api/tasks', body);
        if (problems.length > 0) assertFieldErrors(response, problems);
        else model.created(body, response);
      },
    };
  }

  const id = randomId(random, model, other.model);
  const isMine = model.tasks.has(id);
  const changes = kind === 'put' || kind === 'patch';
  const { body, problems } = changes ? randomBody(random, other.model, { isNew: false, mayBeBroken: isMine }) : {};
  return {
    text: `${kind} /api/tasks/${id} ${JSON.stringify(body)}`,
    async play() {
      const response = await caller[kind](`/api/tasks/${id}`, body);
      if (!isMine) assertDetail(response, 404, 'Task not found');
      else if (kind === 'get') assertShows(response, model.tasks.get(id));
      else if (kind === 'delete') {
        assertDetail(response, 200, 'Task deleted');
        model.remove(id);
      } else if (problems.length > 0) assertFieldErrors(response, problems);
      else model.updated(id, body, response);
    },
  };
}

function listMove(random, { caller, model, cursors }, other) {
  const order = random.pick(['asc', 'desc']);
  const query = { order };
  if (random.chance(0.4)) query.completed = random.chance(0.5);
  if (random.chance(0.7)) query.limit = 1 + random.below(8);
  const own = cursors.filter((cursor) => cursor.order === order);
  const foreign = random.chance(0.1) ? random.pick(other.cursors) : undefined;
  const cursor = foreign ?? (random.chance(0.5) ? random.pick(own) : undefined);
  const sent = new URLSearchParams({ ...query, ...(cursor && { after: cursor.text }) });
  return {
    text: `GET /api/tasks?${sent}`,
    async play() {
      const response = await caller.get(`/api/tasks?${sent}`);
      if (foreign) return assertFieldErrors(response, 'query.after value_error.cursor');
      const { tasks, more } = model.page({ ...query, after: cursor?.after });
      assertShows(response, tasks);
      const next = nextPage(worker, response);
      assert.equal(next !== undefined, more);
      if (!more) return;
      const text = new URL(next, worker.url).searchParams.get('after');
      cursors.push({ order, after: tasks.at(-1).id, text });
    },
  };
}

/** Mostly one of the user's own tasks, else another's, a deleted one, one that never was, or no id at all. */
function randomId(random, model, other) {
  const own = model.ids();
  const kinds = [own, own, own, other.ids(), other.ids(), model.deleted, other.deleted, [randomUUID(), 'no-id']];
  return random.pick(random.pick(kinds)) ?? 'no-id';
}

/** A body, and what is wrong with it; sometimes with fields that claim another owner or identity. */
function randomBody(random, other, { isNew, mayBeBroken }) {
  const values = {
    title: [['Buy milk'], ['😀 漢字 \u0000'], ['x'.repeat(200)], [' ', 'too_short'], ['x'.repeat(201), 'too_long'], [7, 'type']],
    description: [['Two litres'], [null], [''], ['😀'.repeat(50)], [[], 'type']],
    completed: [[true], [false], ['true', 'type']],
  };
  const body = {};
  const problems = [];
  for (const [name, choices] of Object.entries(values)) {
    // Most bodies are good, or else hardly any task would ever be made.
    const good = choices.filter(([, problem]) => !problem);
    const [value, problem] = random.pick(mayBeBroken && random.chance(0.2) ? choices : good);
    const present = random.chance(isNew && name === 'title' ? 0.95 : 0.6);
    if (present) body[name] = value;
    if (present && problem) problems.push(`body.${name} ${name === 'completed' ? 'bool' : 'string'}_${problem}`);
    if (!present && isNew && name === 'title') problems.push('body.title missing');
  }
  if (random.chance(0.2)) Object.assign(body, { user_id: other.userId, id: random.pick(other.ids()), role: 'admin' });
  return { body, problems };
}
