// The least that any worker does: each kind of request has its own socket, so that not even a path is parsed.

import { join } from 'node:path';
import { bundleOf } from '../bundle.mjs';
import { READER, SECRET, taskId, userId } from '../data.mjs';
import { startServer } from '../server.mjs';
import { firstResponse } from '../workerd.mjs';
import { readers, withTokens } from './many-users.mjs';
import { LIST_PATH, TASK_PATH, checks, foreignToken } from './routes.mjs';

const main = join(import.meta.dirname, '..', 'workers', 'baseline.mjs');
const bindings = { JWT_SECRET: SECRET, READER: userId(READER.number), TASK: taskId(0) };

export const baseline = {
  id: 'baseline',
  label: 'JavaScript baseline',
  passwords: 'argon2id',
  bundle: (folder) => bundleOf(main, folder),
  start: ({ modules }, storage) => startServer({ modules, bindings, storage, entrypoints: ['Verify', 'Task', 'List'] }),
  firstResponse: ({ modules }) => firstResponse({ modules, bindings, path: '/api/health' }),
  requests: ({ ports }) => {
    const each = withTokens(readers, foreignToken);
    return {
      hello: { path: '/api/health', check: () => {} },
      verify: { port: ports.Verify, path: '/api/auth/session', each, check: checks.isUser },
      // Always the same task and page: they are constants in the bindings.
      task: { port: ports.Task, path: TASK_PATH, each, check: (response) => checks.isTask(response) },
      list: { port: ports.List, path: LIST_PATH, each, check: (response) => checks.isPage(response) },
    };
  },
};
