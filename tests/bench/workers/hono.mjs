// The same service as its author would write it in TypeScript with Hono and jose. Where there was a choice it fell in this
// worker's favour: the key is imported once, no session is looked up, no security headers, no limits, the bare checks.

import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { SignJWT, jwtVerify } from 'jose';
import { hashPassword, verifyPassword } from './passwords.mjs';

const COLUMNS = 'id, title, description, completed, user_id, created_at, updated_at';
const WEEK = 7 * 86_400;

let key;
const keyOf = (env) => key ??= crypto.subtle.importKey('raw', new TextEncoder().encode(env.JWT_SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);

async function signedIn(context, next) {
  const [, token] = context.req.header('Authorization')?.match(/^Bearer (.+)$/) ?? [];
  if (!token) throw new HTTPException(401, { message: 'Authorization header missing' });
  try {
    const { payload } = await jwtVerify(token, await keyOf(context.env), { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] });
    context.set('user', payload);
  } catch {
    throw new HTTPException(401, { message: 'Invalid token' });
  }
  await next();
}

const shown = (row) => ({ ...row, completed: row.completed === 1 });

/** Sorts by time, as the ids of the other subjects do. */
function newId() {
  const random = crypto.randomUUID();
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

async function tokens(env, user) {
  const claims = { email: user.email, role: user.role };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setSubject(user.id)
    .setIssuedAt().setExpirationTime('7d').sign(await keyOf(env));
  return { access_token: token, token_type: 'bearer', expires_in: WEEK, user_id: user.id, email: user.email };
}

async function credentials(context) {
  const { email, password } = await context.req.json();
  if (typeof email !== 'string' || typeof password !== 'string') throw new HTTPException(422, { message: 'email and password' });
  return { email: email.trim().toLowerCase(), password };
}

const app = new Hono();

app.get('/api/health', (context) => context.json({ status: 'ok' }));

app.post('/api/auth/signup', async (context) => {
  const { email, password } = await credentials(context);
  const user = { id: newId(), email, role: 'user' };
  const { meta } = await context.env.DB.prepare(
    'INSERT INTO users (id, email, password_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (email) DO NOTHING',
  ).bind(user.id, email, await hashPassword(password), new Date().toISOString()).run();
  if (meta.changes === 0) throw new HTTPException(409, { message: 'Email already registered' });
  return context.json(await tokens(context.env, user), 201);
});

app.post('/api/auth/signin', async (context) => {
  const { email, password } = await credentials(context);
  const user = await context.env.DB.prepare('SELECT id, email, role, password_hash FROM users WHERE email = ?').bind(email).first();
  if (!user || !(await verifyPassword(password, user.password_hash))) throw new HTTPException(401, { message: 'Invalid credentials' });
  return context.json(await tokens(context.env, user));
});

app.get('/api/auth/session', signedIn, (context) => {
  const { sub, email = null, role = null } = context.get('user');
  return context.json({ user: { id: sub, email, name: null, role, created_at: null } });
});

app.use('/api/tasks', signedIn);
app.use('/api/tasks/*', signedIn);

app.get('/api/tasks', async (context) => {
  const limit = Math.min(Math.max(Number(context.req.query('limit') ?? 100) || 100, 1), 500);
  const { results } = await context.env.DB.prepare(`SELECT ${COLUMNS} FROM tasks WHERE user_id = ? ORDER BY id LIMIT ?`)
    .bind(context.get('user').sub, limit).all();
  return context.json(results.map(shown));
});

app.post('/api/tasks', async (context) => {
  const { title, description = null, completed = false } = await context.req.json();
  const isGood = typeof title === 'string' && title.trim() !== '' && title.length <= 200 && typeof completed === 'boolean';
  if (!isGood) throw new HTTPException(422, { message: 'title' });
  const now = new Date().toISOString();
  const row = await context.env.DB.prepare(
    `INSERT INTO tasks (user_id, id, title, description, completed, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
  ).bind(context.get('user').sub, newId(), title, description, completed ? 1 : 0, now, now).first();
  return context.json(shown(row), 201, { Location: `/api/tasks/${row.id}` });
});

app.get('/api/tasks/:id', async (context) => {
  const row = await context.env.DB.prepare(`SELECT ${COLUMNS} FROM tasks WHERE user_id = ? AND id = ?`)
    .bind(context.get('user').sub, context.req.param('id')).first();
  if (!row) throw new HTTPException(404, { message: 'Task not found' });
  return context.json(shown(row));
});

app.onError((error, context) =>
  context.json({ detail: error instanceof HTTPException ? error.message : 'Internal Server Error' }, error.status ?? 500));

export default app;
