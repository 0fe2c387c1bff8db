// Selects the authentication mode by `AUTH_MODE`.

import 'server-only';
import { isCloudflareWorker } from '@/lib/cloudflare';
import { optional } from '@/lib/settings';
import type { AuthProvider } from './auth-provider';
import { betterAuthProvider } from './better-auth';
import { workerProvider } from './worker';

const providers: Record<string, AuthProvider> = { worker: workerProvider, 'better-auth': betterAuthProvider };

export function authProvider(): AuthProvider {
  const mode = optional('AUTH_MODE') ?? 'worker';
  const provider = providers[mode];
  if (!provider) throw new Error(`AUTH_MODE is "${mode}": it must be "worker" or "better-auth"`);
  if (mode === 'better-auth' && isCloudflareWorker) {
    throw new Error('AUTH_MODE is "better-auth": this mode needs node:sqlite, which Cloudflare Workers does not have');
  }
  return provider;
}
