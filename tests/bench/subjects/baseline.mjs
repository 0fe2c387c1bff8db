// The floor under every worker: each kind of request on a socket of its own, so that not even a path is looked at.

import { join } from 'node:path';
import { bundleOf } from '../bundle.mjs';
import { READER, SECRET, taskId, userId } from '../data.mjs';
import { firstAnswer, startWorkerd } from '../workerd.mjs';
import { LIST_PATH, TASK_PATH, checks, foreignToken } from './routes.mjs';

const main = join(import.meta.dirname, '..', 'workers', 'floor.mjs');
const bindings = { JWT_SECRET: SECRET, READER: userId(READER.number), TASK: taskId(0) };

export const floor = {
  id: 'floor',
  label: 'the floor in JavaScript',
  passwords: 'argon2id',
  bundle: (folder) => bundleOf(main, folder),
  start: ({ modules }, storage) => startWorkerd({ modules, bindings, storage, entrypoints: ['Verify', 'Task', 'List'] }),
  firstAnswer: ({ modules }) => firstAnswer({ modules, bindings, path: '/api/health' }),
  requests: ({ ports }) => ({
    hello: { path: '/api/health', check: () => {} },
    verify: { port: ports.Verify, path: '/api/auth/session', token: foreignToken(READER), check: checks.isUser },
    task: { port: ports.Task, path: TASK_PATH, token: foreignToken(READER), check: checks.isTask },
    list: { port: ports.List, path: LIST_PATH, token: foreignToken(READER), check: checks.isPage },
  }),
};
