// How often each kind of request waits for D1 or a Durable Object, one wait after another: what a user feels where storage is far away.
// Calls that overlap are one wait. The counts are exact, so that a further wait fails; lower a number when a route needs fewer.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signUpAdmin } from '../support/admins.mjs';
import { anonymous, Caller, randomEmail, signUp } from '../support/caller.mjs';
import { guess, signIn, SIGN_IN_ROUTES, WRONG } from '../support/device-tokens.mjs';
import { EMAIL_VARS, linkTo, resetToken } from '../support/mailbox.mjs';
import { now, signToken } from '../support/tokens.mjs';
import { useDatabase, useWorker } from '../support/use-worker.mjs';

const NEW_PASSWORD = 'Another horse 8 battery';

let ada, admin, task;
const worker = useWorker({ entry: 'waits-entry.mjs', vars: EMAIL_VARS });
const database = useDatabase(worker);
worker.onStart(async () => {
  [ada, admin] = [await signUp(worker), await signUpAdmin(worker, database)];
  task = (await ada.post('/api/tasks', { title: 'Mend the fence' })).body.id;
});

const withoutSession = () => new Caller(worker, signToken({ sub: 'somebody', exp: now() + 600 }, { secret: worker.secret }));
const form = (path, fields) => anonymous(worker).send('POST', path, {
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});
const post = (path, json) => anonymous(worker).post(path, json);
const fresh = (ask) => async () => ask(await signUp(worker));
const verified = (ask) => fresh(async (user) => {
  await database.prepare('UPDATE users SET email_verified = 1 WHERE id = ?').bind(user.userId).run();
  return ask(user);
});
const limited = fresh(async (user) => {
  await guess(worker, user, 5);
  return signIn(worker, user, user.password);
});
const linkToken = async (path, address, count) => new URL(await linkTo(path, worker, address, count)).searchParams.get('token');
const confirmation = verified(async (user) => {
  const email = randomEmail();
  await user.post('/api/auth/email', { email, password: user.password });
  return post('/api/auth/email/confirm', { token: await linkToken('/confirm-email', email) });
});
const verification = fresh(async (user) => {
  await user.post('/api/auth/email/verification');
  return post('/api/auth/email/verify', { token: await linkToken('/verify-email', user.email) });
});

/** Each kind of request: its number of waits, its status, and how it is made. */
const KINDS = {
  'health': [0, 200, () => ada.get('/api/health')],
  'the OpenAPI document': [0, 200, () => ada.get('/openapi.json')],
  'the authorization server\'s metadata': [0, 200, () => ada.get('/.well-known/oauth-authorization-server')],
  'no token': [0, 401, () => post('/api/tasks', { title: 'Mend the gate' })],
  'a forged token': [0, 401, () => new Caller(worker, `${ada.token}x`).get('/api/tasks')],
  'a token without a session': [0, 200, () => withoutSession().get('/api/auth/session')],
  'a token with a session': [1, 200, () => ada.get('/api/auth/session')],

  'a list': [1, 200, () => ada.get('/api/tasks')],
  'a list for another issuer\'s token': [1, 200, () => withoutSession().get('/api/tasks')],
  'a list of done tasks below the user': [1, 200, () => ada.get(`/api/users/${ada.userId}/todos?completed=true`)],
  'one task': [1, 200, () => ada.get(`/api/tasks/${task}`)],
  'a new task': [1, 201, () => ada.post('/api/tasks', { title: 'Mend the gate', description: 'Both hinges' })],
  'a changed task': [1, 200, () => ada.patch(`/api/tasks/${task}`, { completed: true })],
  'a deleted task': [1, 200, async () => ada.delete(`/api/tasks/${(await ada.post('/api/tasks', { title: 'Forget it' })).body.id}`)],
  'a task that is not the caller\'s': [1, 404, () => admin.get(`/api/tasks/${task}`)],

  'a sign-up': [1, 201, () => post('/api/auth/signup', { email: randomEmail(), password: NEW_PASSWORD })],
  'a registration': [1, 201, () => post('/auth/register', { email: randomEmail(), password: NEW_PASSWORD, name: 'Ada' })],
  'a sign-in': [2, 200, fresh((user) => signIn(worker, user, user.password))],
  'a password grant': [2, 200, fresh(({ email, password }) => SIGN_IN_ROUTES['/auth/token'](worker, { email, password }))],
  'a sign-in on a known device': [2, 200, fresh((user) => signIn(worker, user, user.password, user.deviceToken))],
  'a wrong password on a known device': [1, 401, fresh((user) => signIn(worker, user, WRONG, user.deviceToken))],
  'a limited known device': [1, 429, fresh(async (user) => {
    await guess(worker, user, 5, user.deviceToken);
    return signIn(worker, user, user.password, user.deviceToken);
  })],
  // Only the account tells whether a device token is good: one that was issued for this address is counted before, and any other after.
  'a sign-in with a device token that a reset voided': [3, 200, fresh(async (user) => {
    await post('/api/auth/password/reset', { token: await resetToken(worker, user.email), password: NEW_PASSWORD });
    return signIn(worker, user, NEW_PASSWORD, user.deviceToken);
  })],
  'a sign-in with another account\'s device token': [3, 200, fresh((user) => signIn(worker, user, user.password, ada.deviceToken))],
  'a sign-in with a forged device token': [2, 200, fresh((user) => signIn(worker, user, user.password, `${user.deviceToken}x`))],
  'a wrong password': [1, 401, fresh((user) => signIn(worker, user, WRONG))],
  'an unknown address': [1, 401, () => signIn(worker, { email: randomEmail() }, WRONG)],
  'a limited sign-in': [1, 429, limited],
  'a refresh': [1, 200, fresh(({ refreshToken }) => post('/api/auth/refresh', { refresh_token: refreshToken }))],
  'a refresh grant': [1, 200, fresh(({ refreshToken }) => form('/auth/token', { grant_type: 'refresh_token', refresh_token: refreshToken }))],
  'a sign-out': [1, 204, fresh((user) => user.post('/api/auth/signout'))],
  'a sign-out with a refresh token': [1, 204, fresh(({ refreshToken }) => post('/api/auth/signout', { refresh_token: refreshToken }))],
  'a revocation': [1, 200, fresh(({ refreshToken }) => form('/auth/revoke', { token: refreshToken }))],

  'a change of the password': [2, 200, fresh((user) => user.post('/api/auth/password', { current_password: user.password, new_password: NEW_PASSWORD }))],
  'a wrong current password': [1, 403, fresh((user) => user.post('/api/auth/password', { current_password: WRONG, new_password: NEW_PASSWORD }))],
  'a forgotten password': [1, 202, fresh(({ email }) => post('/api/auth/password/forgot', { email }))],
  'a forgotten password of nobody': [1, 202, () => post('/api/auth/password/forgot', { email: randomEmail() })],
  'a reset of the password': [2, 204, fresh(async ({ email }) => post('/api/auth/password/reset', { token: await resetToken(worker, email), password: NEW_PASSWORD }))],

  'a link that verifies the address': [2, 202, fresh((user) => user.post('/api/auth/email/verification'))],
  'a verification of the address': [1, 204, verification],
  'a link that changes the address': [2, 202, verified((user) => user.post('/api/auth/email', { email: randomEmail(), password: user.password }))],
  // The notice to an address that is not verified is counted.
  'a link that changes an unverified address': [3, 202, fresh((user) => user.post('/api/auth/email', { email: randomEmail(), password: user.password }))],
  'a change of the address': [2, 204, confirmation],

  'a profile': [1, 200, () => ada.get(`/api/users/${ada.userId}/profile`)],
  'a changed profile': [1, 200, () => ada.patch(`/api/users/${ada.userId}/profile`, { name: 'Ada' })],
  'the sessions': [1, 200, () => ada.get('/api/auth/sessions')],
  'an ended session': [1, 204, fresh(async (user) => user.delete(`/api/auth/sessions/${(await user.get('/api/auth/sessions')).body[0].id}`))],
  'the other sessions, ended': [1, 204, () => ada.delete('/api/auth/sessions')],
  'the first byte of an export': [1, 200, () => ada.get('/api/auth/account/export')],
  'a deletion of the account': [2, 204, fresh((user) => user.post('/api/auth/account/delete', { password: user.password }))],
  'a deletion for another issuer\'s token': [1, 204, () => withoutSession().post('/api/auth/account/delete')],

  'a list of users': [1, 200, () => admin.get('/api/admin/users')],
  'a user, found by address': [1, 200, () => admin.get(`/api/admin/users?email=${ada.email}`)],
  'a user': [1, 200, () => admin.get(`/api/admin/users/${ada.userId}`)],
  'a suspension': [1, 200, fresh(({ userId }) => admin.patch(`/api/admin/users/${userId}`, { suspended: true }))],
  'a user\'s sessions, ended': [1, 204, fresh(({ userId }) => admin.delete(`/api/admin/users/${userId}/sessions`))],
  'a deletion of a user': [1, 204, fresh(({ userId }) => admin.delete(`/api/admin/users/${userId}`))],
};

describe('Storage is waited for', () => {
  for (const [kind, [expected, status, ask]] of Object.entries(KINDS)) {
    test(`${expected} times for ${kind}`, async () => {
      const response = await ask();
      assert.equal(response.status, status, JSON.stringify(response.body));
      assert.equal(Number(response.headers.get('X-Waits')), expected);
    });
  }
});
