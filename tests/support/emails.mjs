// The emails that a Worker under test has sent. `wrangler dev` writes each one to a file instead, and prints its head with the path.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const printed = /^From: .*\nTo: (?<to>.*)\nSubject: (?<subject>.*)\n\nText: (?<file>.*)$/gm;
const timeout = 10_000;

/** The emails to an address, the oldest first: `{ subject, text }`. */
export function emailsTo(worker, address) {
  const all = [...worker.log().matchAll(printed)].map(({ groups }) => groups);
  return all.filter(({ to }) => to.includes(address)).map(({ subject, file }) => ({ subject, text: readFileSync(file, 'utf8') }));
}

/** The link of the newest email to an address, once `count` emails have been sent there. It must lead to this path of the frontend. */
export async function linkTo(path, worker, address, count = 1) {
  for (const deadline = Date.now() + timeout; emailsTo(worker, address).length < count; await new Promise((wake) => setTimeout(wake, 50))) {
    assert.ok(Date.now() < deadline, `${address} got ${emailsTo(worker, address).length} of ${count} emails`);
  }
  const { text } = emailsTo(worker, address).at(-1);
  const link = /https?:\/\/\S+\?token=\S+/.exec(text)?.[0];
  assert.equal(link && new URL(link).pathname, path, text);
  return link;
}
