// User isolation, by a model: users send thousands of random requests at the same time, and every response must be the one that a
// model of each user's own tasks predicts. With several databases there is a user of each, and one of another issuer.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { callerOfIssuer } from '../../support/admins.mjs';
import { assertDetail, assertFieldErrors } from '../../support/assertions.mjs';
import { signUp } from '../../support/caller.mjs';
import { homeOf } from '../../support/database.mjs';
import { nextPage, readPages } from '../../support/pages.mjs';
import { seededRandom } from '../../support/random.mjs';
import { TaskModel } from '../../support/task-model.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const REQUESTS = 2_000;

const worker = useWorker();

test('two thousand random requests of several users return what a model of their own tasks predicts', async (t) => {
  const random = seededRandom();
  t.diagnostic(`SEED=${random.seed}`);
  const users = await newUsers();
  for (let round = 0; round < REQUESTS / users.length; round += 1) {
    // Choose all requests before sending any, so that a seed replays the same requests whichever response arrives first.
    const requests = users.map((user, index) => chooseRequest(random, user, users[(index + 1 + random.below(users.length - 1)) % users.length]));
    await Promise.all(requests.map(async (request) => {
      try {
        await request.send();
      } catch (error) {
        error.message = `SEED=${random.seed}, round ${round}, ${request.text}: ${error.message}`;
        throw error;
      }
    }));
  }
  for (const { caller, model } of users) {
    assert.ok(model.tasks.size > 0 && model.deleted.length > 0);
    assert.deepEqual((await readPages(caller, '/api/tasks?limit=7')).flat(), model.page({ limit: Infinity }).tasks);
  }
});

function assertShows({ status, body }, expected) {
  assert.deepEqual({ status, body }, { status: 200, body: expected });
}

/** Two users of one database, or one of each and one of another issuer, whose first task decides where they are. */
async function newUsers() {
  // A cursor is valid only for the order of the list it came from.
  const withModel = (caller, userId) => ({ caller, model: new TaskModel(userId), cursors: [] });
  const callers = new Map();
  while (callers.size < Math.max(2, worker.homes + 1)) {
    const caller = await signUp(worker);
    const key = worker.homes > 0 ? homeOf(caller) : caller.userId;
    if (!callers.has(key)) callers.set(key, caller);
  }
  const users = Array.from(callers.values(), (caller) => withModel(caller, caller.userId));
  return worker.homes > 0 ? [...users, withModel(callerOfIssuer(worker, 'auth0|ada'), 'auth0|ada')] : users;
}

function chooseRequest(random, user, other) {
  const { caller, model } = user;
  const kind = random.pick(['create', 'create', 'create', 'list', 'list', 'get', 'put', 'patch', 'patch', 'delete', 'delete']);
  if (kind === 'list') return listRequest(random, user, other);
  if (kind === 'create') {
    const { body, errors } = randomBody(random, other.model, { isNew: true, mayBeInvalid: true });
    return {
      text: `POST /api/tasks ${JSON.stringify(body)}`,
      async send() {
        const response = await caller.post('/api/tasks', body);
        if (errors.length > 0) assertFieldErrors(response, errors);
        else model.created(body, response);
      },
    };
  }

  const id = randomId(random, model, other.model);
  const isMine = model.tasks.has(id);
  const changes = kind === 'put' || kind === 'patch';
  const { body, errors } = changes ? randomBody(random, other.model, { isNew: false, mayBeInvalid: isMine }) : {};
  return {
    text: `${kind} /api/tasks/${id} ${JSON.stringify(body)}`,
    async send() {
      const response = await caller[kind](`/api/tasks/${id}`, body);
      if (!isMine) assertDetail(response, 404, 'Task not found');
      else if (kind === 'get') assertShows(response, model.tasks.get(id));
      else if (kind === 'delete') {
        assertDetail(response, 200, 'Task deleted');
        model.remove(id);
      } else if (errors.length > 0) assertFieldErrors(response, errors);
      else model.updated(id, body, response);
    },
  };
}

function listRequest(random, { caller, model, cursors }, other) {
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
    async send() {
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

/** Mostly one of the user's own tasks, else another user's, a deleted one, an unknown id, or a malformed one. */
function randomId(random, model, other) {
  const own = model.ids();
  const kinds = [own, own, own, other.ids(), other.ids(), model.deleted, other.deleted, [randomUUID(), 'no-id']];
  return random.pick(random.pick(kinds)) ?? 'no-id';
}

/** A body and its field errors; sometimes with fields that claim another owner or identity. */
function randomBody(random, other, { isNew, mayBeInvalid }) {
  const values = {
    title: [['Buy milk'], ['😀 漢字 \u0000'], ['x'.repeat(200)], [' ', 'too_short'], ['x'.repeat(201), 'too_long'], [7, 'type']],
    description: [['Two litres'], [null], [''], ['😀'.repeat(50)], [[], 'type']],
    completed: [[true], [false], ['true', 'type']],
  };
  const body = {};
  const errors = [];
  for (const [name, choices] of Object.entries(values)) {
    // Most bodies are valid, or hardly any task would be created.
    const valid = choices.filter(([, error]) => !error);
    const [value, error] = random.pick(mayBeInvalid && random.chance(0.2) ? choices : valid);
    const present = random.chance(isNew && name === 'title' ? 0.95 : 0.6);
    if (present) body[name] = value;
    if (present && error) errors.push(`body.${name} ${name === 'completed' ? 'bool' : 'string'}_${error}`);
    if (!present && isNew && name === 'title') errors.push('body.title missing');
  }
  if (random.chance(0.2)) Object.assign(body, { user_id: other.userId, id: random.pick(other.ids()), role: 'admin' });
  return { body, errors };
}
