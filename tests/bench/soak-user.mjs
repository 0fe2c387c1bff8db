// One user of the soak run: sends requests, and remembers what the service acknowledged.

import http from 'node:http';
import { PASSWORD } from './data.mjs';

export class SoakUser {
  /** Each acknowledged task by its id, as the last response showed it. */
  #tasks = new Map();
  /** Tasks with a change that has no response yet: the order of two changes at once is not known. */
  #changing = new Set();
  #refreshing = Promise.resolve();
  #written = 0;

  constructor(email, server, tokens) {
    this.email = email;
    this.server = server;
    this.tokens = tokens;
  }

  static async signUp(number, server) {
    const email = `soak-${number}@example.com`;
    const { body } = await request(server, 'POST', '/api/auth/signup', { json: { email, password: PASSWORD }, status: 201 });
    return new SoakUser(email, server, body);
  }

  /** Sends one request of a kind; rejects if its status is not the one of success. */
  async send(kind) {
    if (kind === 'signIn') return this.#ask('POST', '/api/auth/signin', { email: this.email, password: PASSWORD });
    if (kind === 'refresh') return this.#refresh();
    if (kind === 'list') return this.#ask('GET', '/api/tasks');
    const task = this.#anyTask();
    if (kind === 'create' || !task) return this.#create();
    if (kind === 'read') return this.#ask('GET', `/api/tasks/${task.id}`);
    return this.#change(task);
  }

  /** How many acknowledged tasks are missing, differ from the last acknowledgement, or were never acknowledged. */
  async countLost() {
    const found = new Map();
    for (let path = '/api/tasks?limit=500'; path; ) {
      const { body, headers } = await this.#ask('GET', path);
      for (const task of body) found.set(task.id, JSON.stringify(task));
      path = /<([^>]+)>; rel="next"/.exec(headers.link ?? '')?.[1];
    }
    const differing = [...this.#tasks.values()].filter((task) => found.get(task.id) !== JSON.stringify(task));
    return differing.length + (found.size - this.#tasks.size + differing.filter(({ id }) => !found.has(id)).length);
  }

  #anyTask() {
    const free = [...this.#tasks.values()].filter(({ id }) => !this.#changing.has(id));
    return free[Math.floor(Math.random() * free.length)];
  }

  async #create() {
    this.#written += 1;
    const json = { title: `Task ${this.#written} of ${this.email}`, description: 'Two of them, for the early train, with seats.' };
    const { body } = await this.#ask('POST', '/api/tasks', json, 201);
    this.#tasks.set(body.id, body);
  }

  async #change(task) {
    this.#changing.add(task.id);
    this.#written += 1;
    try {
      const { body } = await this.#ask('PATCH', `/api/tasks/${task.id}`, { title: `Change ${this.#written}`, completed: !task.completed });
      this.#tasks.set(body.id, body);
    } finally {
      this.#changing.delete(task.id);
    }
  }

  /** One after another, as clients do: each uses the token that the last one returned. */
  #refresh() {
    const next = this.#refreshing.then(async () => {
      const { body } = await this.#ask('POST', '/api/auth/refresh', { refresh_token: this.tokens.refresh_token });
      this.tokens = body;
    });
    this.#refreshing = next.catch(() => {});
    return next;
  }

  #ask(method, path, json, status = 200) {
    return request(this.server, method, path, { json, status, token: this.tokens.access_token });
  }
}

function request({ port, agent }, method, path, { json, status, token }) {
  const body = json && JSON.stringify(json);
  const headers = {
    'CF-Connecting-IP': '198.18.0.1',
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(body && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port, method, path, headers, agent });
    sent.on('error', reject);
    sent.on('response', async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      if (response.statusCode === status) resolve({ headers: response.headers, body: JSON.parse(text) });
      else reject(new Error(`${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}: ${response.statusCode}`));
    });
    sent.end(body);
  });
}
