// A model of a user's tasks, which a test compares with the service.

import assert from 'node:assert/strict';

const DEFAULTS = { description: null, completed: false };

export class TaskModel {
  /** By id, as the service returned them last. */
  tasks = new Map();
  /** Ids of deleted tasks. */
  deleted = [];

  constructor(userId) {
    this.userId = userId;
  }

  ids() {
    return [...this.tasks.keys()];
  }

  /** Asserts that the response is the task that `body` creates; id and times come from the service. */
  created(body, response) {
    assert.equal(response.status, 201, JSON.stringify(response.body));
    const { id, created_at, updated_at } = response.body;
    assert.ok(!this.tasks.has(id));
    assert.deepEqual(response.body, { ...DEFAULTS, ...known(body), id, user_id: this.userId, created_at, updated_at });
    this.tasks.set(id, response.body);
  }

  /** Asserts that the response is the task as `body` changes it. */
  updated(id, body, response) {
    assert.equal(response.status, 200, JSON.stringify(response.body));
    const { updated_at } = response.body;
    assert.deepEqual(response.body, { ...this.tasks.get(id), ...known(body), updated_at });
    assert.ok(updated_at >= this.tasks.get(id).updated_at);
    this.tasks.set(id, response.body);
  }

  remove(id) {
    this.tasks.delete(id);
    this.deleted.push(id);
  }

  /** A page of the list, and whether another one follows. */
  page({ completed, order = 'asc', limit = 100, after }) {
    const direction = order === 'asc' ? 1 : -1;
    const rest = [...this.tasks.values()]
      .sort((one, other) => (one.id < other.id ? -direction : direction))
      .filter((task) => completed === undefined || task.completed === completed)
      .filter((task) => after === undefined || (order === 'asc' ? task.id > after : task.id < after));
    return { tasks: rest.slice(0, limit), more: rest.length > limit };
  }
}

/** The fields that a body can set. */
function known(body) {
  return Object.fromEntries(Object.entries(body).filter(([name]) => ['title', 'description', 'completed'].includes(name)));
}
