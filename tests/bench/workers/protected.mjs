// A Worker that protects its own route, by asking through the service binding or by jose within. GUARD is a constant of the build, so
// that each bundle holds only its own. `/whoami` takes the token's word; `/whoami/active` checks the session in the database, too.

import { Hono } from 'hono';
import { jwtVerify } from 'jose';

/** As in examples/service-binding. */
const byBinding = (checkSession) => async (context, next) => {
  const result = await context.env.AUTH.authenticate(context.req.header('Authorization'), { checkSession });
  if (!result.ok) {
    if (result.www_authenticate) context.header('WWW-Authenticate', result.www_authenticate);
    return context.json({ detail: result.detail }, result.status);
  }
  context.set('user', result.user);
  await next();
};

let key;
const keyOf = (env) => key ??= crypto.subtle.importKey('raw', new TextEncoder().encode(env.JWT_SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);

/** The user of an active session; what the service binding asks the database, too. */
const SESSION_USER = 'SELECT u.id, u.email, u.name, u.role FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.user_id = ? AND s.id = ? AND s.expires_at > ?';

const byJose = (checkSession) => async (context, next) => {
  const [, token] = context.req.header('Authorization')?.match(/^Bearer (.+)$/) ?? [];
  const verified = token && await jwtVerify(token, await keyOf(context.env), { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] }).catch(() => undefined);
  if (!verified) return context.json({ detail: 'Invalid token' }, 401);
  const { sub, sid, email = null, role = null } = verified.payload;
  const user = checkSession
    ? await context.env.DB.prepare(SESSION_USER).bind(sub, sid, Date.now()).first()
    : { id: sub, email, name: null, role };
  if (!user) return context.json({ detail: 'Token revoked' }, 401);
  context.set('user', user);
  await next();
};

const requireUser = GUARD === 'jose' ? byJose : byBinding;
const app = new Hono();

app.get('/whoami', requireUser(false), (context) => context.json(context.get('user')));
app.get('/whoami/active', requireUser(true), (context) => context.json(context.get('user')));

export default app;
