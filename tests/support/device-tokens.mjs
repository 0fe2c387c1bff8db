// Signs in with device tokens, and signs tokens of any device without the Worker's code.

import { createHmac } from 'node:crypto';
import { anonymous } from './caller.mjs';
import { now, signToken } from './tokens.mjs';

export const WRONG = 'Wrong horse 8 battery';

/** The two routes that check a password, with the same result for `{ email, password, device_token }`. */
export const SIGN_IN_ROUTES = {
  '/api/auth/signin': (worker, fields) => anonymous(worker).post('/api/auth/signin', fields),
  '/auth/token': (worker, { email, ...fields }) => anonymous(worker).send('POST', '/auth/token', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(Object.entries({ username: email, ...fields }).filter(([, value]) => value !== undefined)).toString(),
  }),
};

export const signIn = (worker, { email }, password, device_token) => SIGN_IN_ROUTES['/api/auth/signin'](worker, { email, password, device_token });

/** The statuses of attempts with the wrong password, one after the other. */
export async function guess(worker, user, count, device_token) {
  const statuses = [];
  while (statuses.length < count) statuses.push((await signIn(worker, user, WRONG, device_token)).status);
  return statuses;
}

/** The key that the Worker derives from its secret for this purpose. */
export const derivedKey = (worker, label) => createHmac('sha256', worker.secret).update(label).digest();

/** What the Worker derives from its secret for this purpose and text, in hexadecimal: an address's pseudonym, for one. */
export const derivedMac = (worker, label, text) => createHmac('sha256', derivedKey(worker, label)).update(text).digest('hex');

/** A device token as the Worker signs them; `changes` are other claims. */
export function signDeviceToken(worker, user, device, changes = {}) {
  return signToken({ sub: user.userId, device, exp: now() + 60, ...changes }, { secret: derivedKey(worker, 'edge-auth device token') });
}
