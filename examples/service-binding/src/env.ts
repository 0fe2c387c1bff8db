// What this Worker is configured with, as in wrangler.jsonc, and what a request has once its caller is known.

import type { Auth, AuthUser } from '../../../src/platform/auth';

export type AppEnv = {
  Bindings: { AUTH: Auth; EDGE_AUTH: Fetcher; ORIGIN: string };
  Variables: { user: AuthUser };
};
