// Better Auth mounted on a Worker, and tasks behind it: behind its session look-up, or behind the JWT that it issues.

import { betterAuth } from 'better-auth';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { jwtVerify } from 'jose';
import { options } from './better-auth-options.mjs';

const COLUMNS = 'id, title, description, completed, user_id, created_at, updated_at';

let key;
let auth;

async function keyOf(env) {
  return key ??= await crypto.subtle.importKey('raw', new TextEncoder().encode(env.JWT_SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

async function authOf(env) {
  const hmac = await keyOf(env);
  return auth ??= betterAuth(options({ database: env.DB, secret: env.JWT_SECRET, baseURL: env.BASE_URL, key: hmac }));
}

const guards = {
  async session({ env, req }) {
    const found = await (await authOf(env)).api.getSession({ headers: req.raw.headers });
    return found && { id: found.user.id, email: found.user.email, name: found.user.name };
  },
  async jwt({ env, req }) {
    const [, token] = req.header('Authorization')?.match(/^Bearer (.+)$/) ?? [];
    if (!token) return null;
    const { payload } = await jwtVerify(token, await keyOf(env), { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] }).catch(() => ({}));
    return payload && { id: payload.sub, email: payload.email, name: payload.name };
  },
};

/** The binding `GUARD` selects which of the two protects the routes. */
async function signedIn(context, next) {
  const user = await guards[context.env.GUARD](context);
  if (!user) throw new HTTPException(401, { message: 'Unauthorized' });
  context.set('user', user);
  await next();
}

const shown = (row) => ({ ...row, completed: row.completed === 1 });

function newId() {
  const random = crypto.randomUUID();
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

const app = new Hono();

app.get('/api/health', (context) => context.json({ status: 'ok' }));
app.get('/api/session', signedIn, (context) => context.json({ user: context.get('user') }));
app.on(['GET', 'POST'], '/api/auth/*', async (context) => (await authOf(context.env)).handler(context.req.raw));
app.use('/api/tasks', signedIn);
app.use('/api/tasks/*', signedIn);

app.get('/api/tasks', async (context) => {
  const limit = Math.min(Math.max(Number(context.req.query('limit') ?? 100) || 100, 1), 500);
  const { results } = await context.env.DB.prepare(`SELECT ${COLUMNS} FROM tasks WHERE user_id = ? ORDER BY id LIMIT ?`)
    .bind(context.get('user').id, limit).all();
  return context.json(results.map(shown));
});

app.post('/api/tasks', async (context) => {
  const { title, description = null, completed = false } = await context.req.json();
  const isGood = typeof title === 'string' && title.trim() !== '' && title.length <= 200 && typeof completed === 'boolean';
  if (!isGood) throw new HTTPException(422, { message: 'title' });
  const now = new Date().toISOString();
  const row = await context.env.DB.prepare(
    `INSERT INTO tasks (user_id, id, title, description, completed, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
  ).bind(context.get('user').id, newId(), title, description, completed ? 1 : 0, now, now).first();
  return context.json(shown(row), 201, { Location: `/api/tasks/${row.id}` });
});

app.get('/api/tasks/:id', async (context) => {
  const row = await context.env.DB.prepare(`SELECT ${COLUMNS} FROM tasks WHERE user_id = ? AND id = ?`)
    .bind(context.get('user').id, context.req.param('id')).first();
  if (!row) throw new HTTPException(404, { message: 'Task not found' });
  return context.json(shown(row));
});

export default app;
