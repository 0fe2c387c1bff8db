// Lets only verified callers pass. Where edge-auth cannot be called at all, `authenticate` throws and the request is a 500.

import { createMiddleware } from 'hono/factory';
import type { AppEnv } from './env';

export const requireUser = createMiddleware<AppEnv>(async (c, next) => {
  const result = await c.env.AUTH.authenticate(c.req.header('Authorization'));
  if (!result.ok) {
    if (result.www_authenticate) c.header('WWW-Authenticate', result.www_authenticate);
    return c.json({ detail: result.detail }, result.status);
  }
  c.set('user', result.user);
  await next();
});
