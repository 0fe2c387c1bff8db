// A token of a revoked session or past its time is rejected on every task route, before anything else of the request is checked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDetail, assertRevoked } from '../support/assertions.mjs';
import { anonymous, Caller, randomEmail, signUp, SignedIn } from '../support/caller.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useWorker } from '../support/use-worker.mjs';

let here, gone, task, list;
const worker = useWorker({}, async () => {
  gone = await signUp(worker);
  ({ body: task } = await gone.post('/api/tasks', { title: 'Outlives the session', description: 'as it is' }));
  const { email, password } = gone;
  const { body: tokens } = await anonymous(worker).post('/api/auth/signin', { email, password });
  here = new SignedIn(worker, { email, password, tokens });
  assert.equal((await gone.post('/api/auth/signout')).status, 204);
  list = (await here.get('/api/tasks')).body;
});

test('every task route rejects the token of a revoked session and changes nothing', async () => {
  for (const [method, path, body] of [
    ['get', '/api/tasks'],
    ['get', '/api/tasks?completed=true&order=desc&limit=1'],
    ['post', '/api/tasks', { title: 'Too late' }],
    ['get', `/api/tasks/${task.id}`],
    ['put', `/api/tasks/${task.id}`, { title: 'Too late' }],
    ['patch', `/api/tasks/${task.id}`, { description: null }],
    ['delete', `/api/tasks/${task.id}`],
    ['post', '/api/auth/signout'],
  ]) {
    assertRevoked(await gone[method](path, body));
  }
  assert.deepEqual(list, [task]);
  assert.deepEqual((await here.get('/api/tasks')).body, list);
});

test('the token is checked before any other error of the request', async () => {
  const json = { 'Content-Type': 'application/json' };
  for (const [method, path, request] of [
    ['GET', '/api/tasks?limit=0&order=up&completed=maybe&after=x'],
    ['POST', '/api/tasks', { headers: json, body: '{' }],
    ['POST', '/api/tasks', { headers: json, body: '{"title":7}' }],
    ['POST', '/api/tasks', { headers: { 'Content-Type': 'text/plain' }, body: 'title' }],
    ['POST', '/api/tasks', { headers: json, body: 'x'.repeat(70 * 1024) }],
    ['PATCH', `/api/tasks/${task.id}`, { headers: json, body: '[]' }],
    ['GET', '/api/tasks/no-id'],
    ['PUT', '/api/tasks/no-id', { headers: json, body: '{' }],
    ['DELETE', '/api/tasks/no-id'],
  ]) {
    assertRevoked(await gone.send(method, path, request));
  }
  assert.deepEqual((await here.get('/api/tasks')).body, list);
});

test('a token that expires while the body is being received is rejected', async () => {
  const body = Buffer.from('{"title":"Too slow"}');
  const sub = `issuer|${randomEmail()}`;
  const tokenFor = (seconds) => signToken({ sub, exp: now() + seconds }, { secret: worker.secret });
  async function* stalled() {
    yield body.subarray(0, 5);
    await sleep(3_000);
    yield body.subarray(5);
  }
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
  const response = await new Caller(worker, tokenFor(2)).send('POST', '/api/tasks', { headers, body: stalled() });
  assertDetail(response, 401, 'Token expired');
  assert.deepEqual((await new Caller(worker, tokenFor(60)).get('/api/tasks')).body, []);
});
