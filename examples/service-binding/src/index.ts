// A Worker that asks edge-auth who calls: for routes of its own, and for any origin behind it.

import { Hono } from 'hono';
import type { AppEnv } from './env';
import { fetchOrigin } from './origin';
import { requireUser } from './require-user';

const app = new Hono<AppEnv>();

/** Sign-up, sign-in, refresh and sign-out, which edge-auth serves itself. */
app.all('/api/auth/*', (c) => c.env.EDGE_AUTH.fetch(c.req.raw));

/** A route of this Worker. */
app.get('/whoami', requireUser, (c) => c.json(c.get('user')));

/** Everything else is the origin's. */
app.all('*', requireUser, async (c) => {
  try {
    return await fetchOrigin(c.req.raw, c.get('user'), c.env.ORIGIN);
  } catch (error) {
    console.error(error);
    return c.json({ detail: 'Bad Gateway' }, 502);
  }
});

export default app;
