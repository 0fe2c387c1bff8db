// Reads the messages that `wrangler dev` simulates: it logs each one, with the paths of the files that hold its text and HTML.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { anonymous, randomEmail, signUp } from './caller.mjs';

export const APP_URL = 'https://app.example.com';
/** The settings with which a worker sends email. */
export const EMAIL_VARS = { EMAIL_FROM: 'Example <hello@example.com>', APP_URL };

const MESSAGE = /send_email binding called with MessageBuilder:\nFrom: (.*)\nTo: (.*)\nSubject: (.*)\n\nText: (.*)\nHTML: (.*)\n/g;
const LONGEST_WAIT = 10_000;

/** All messages to an address until now, the oldest first, as `{ from, subject, text, html, link, token }`. */
export async function messagesTo(worker, address) {
  const found = [...worker.log().matchAll(MESSAGE)].filter(([, , to]) => to === address);
  return Promise.all(found.map(async ([, from, , subject, textFile, htmlFile]) => {
    const [text, html] = await Promise.all([readFile(textFile, 'utf8'), readFile(htmlFile, 'utf8')]);
    const link = /^https?:\S+$/m.exec(text)?.[0];
    return { from, subject, text, html, link, token: new URL(link).searchParams.get('token') };
  }));
}

/** Waits for message number `count` to the address, and returns it: messages are sent after the response. */
export async function nthMessageTo(worker, address, count = 1) {
  for (let waited = 0; waited < LONGEST_WAIT; waited += 50) {
    const messages = await messagesTo(worker, address);
    if (messages.length >= count) return messages[count - 1];
    await sleep(50);
  }
  throw new Error(`No message ${count} to ${address} within ${LONGEST_WAIT} ms:\n${worker.log()}`);
}

/** The link in message number `count` to the address, which must lead to this path of the frontend. */
export async function linkTo(path, worker, address, count = 1) {
  const { link, text } = await nthMessageTo(worker, address, count);
  assert.equal(new URL(link).pathname, path, text);
  return link;
}

/** Waits until every message that was on its way has been sent: a message that is asked for later has arrived. */
export async function allSent(worker) {
  const { email } = await signUp(worker);
  await anonymous(worker).post('/api/auth/password/forgot', { email });
  await nthMessageTo(worker, email);
}

/** Asks for a reset and returns its token. */
export async function resetToken(worker, email) {
  const before = (await messagesTo(worker, email)).length;
  await anonymous(worker).post('/api/auth/password/forgot', { email });
  return (await nthMessageTo(worker, email, before + 1)).token;
}

/** Signs up where `EMAIL_VERIFICATION` is `required`, without following the link. */
export async function signUpUnverified(worker, { email = randomEmail(), password, name } = {}) {
  const before = (await messagesTo(worker, email)).length;
  const response = await anonymous(worker).post('/api/auth/signup', { email, password, name });
  return { email, response, message: await nthMessageTo(worker, email, before + 1) };
}
