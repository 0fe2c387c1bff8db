// Chooses who keeps the accounts, by `AUTH_MODE`.

import 'server-only';
import { optional } from '@/lib/settings';
import { betterAuthMode } from './better-auth';
import type { Auth } from './auth-provider';
import { workerMode } from './worker';

const modes: Record<string, Auth> = { worker: workerMode, 'better-auth': betterAuthMode };

export function auth(): Auth {
  const name = optional('AUTH_MODE') ?? 'worker';
  const mode = modes[name];
  if (!mode) throw new Error(`AUTH_MODE is "${name}": it must be "worker" or "better-auth"`);
  return mode;
}
