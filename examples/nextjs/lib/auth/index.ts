// Selects the authentication mode by `AUTH_MODE`.

import 'server-only';
import { optional } from '@/lib/settings';
import type { AuthProvider } from './auth-provider';
import { betterAuthProvider } from './better-auth';
import { workerProvider } from './worker';

const providers: Record<string, AuthProvider> = { worker: workerProvider, 'better-auth': betterAuthProvider };

export function authProvider(): AuthProvider {
  const mode = optional('AUTH_MODE') ?? 'worker';
  const provider = providers[mode];
  if (!provider) throw new Error(`AUTH_MODE is "${mode}": it must be "worker" or "better-auth"`);
  return provider;
}
