// What every database is filled with: the same users and tasks with the same identifiers and texts, and the secrets that all
// subjects share. Two users have a password: one who reads a list of 50 tasks, one who writes.

import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { argon2id } from '@noble/hashes/argon2.js';

export const SECRET = 'a secret of the benchmark, of 32 bytes and more';
export const PASSWORD = 'Correct horse 7 battery';
export const READER = { number: 0, email: 'reader@example.com' };
export const WRITER = { number: 1, email: 'writer@example.com' };
/** Tasks of each reader, who has a page of them. */
export const PAGE = 50;
/** So many users read and, after them by number, so many create tasks: each token of a load is another user's. */
export const USERS_OF_LOAD = 1000;

const BEGIN = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

/** A UUIDv7: those of one kind sort by their number. */
export function identifier(kind, number) {
  const time = (BEGIN + number).toString(16).padStart(12, '0');
  const rest = number.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8${kind}-${rest}`;
}

/** With homes the users are spread evenly over DB_1 and the following: a UUIDv8 that names the home (RFC 9562, section 5.8). */
export function userId(number, homes = 0) {
  const id = identifier('aaa', number);
  return homes === 0 ? id : id.replace('-7000-', `-8${homeOf(number, homes).toString(16).padStart(3, '0')}-`);
}

export const homeOf = (number, homes) => 1 + (number % homes);

export const taskId = (number) => identifier('bbb', number);

export function user(number, homes) {
  const email = [READER, WRITER].find((known) => known.number === number)?.email ?? `user-${number}@example.com`;
  return { id: userId(number, homes), email, name: `User ${number}`, createdAt: new Date(BEGIN + number).toISOString() };
}

/** Every third task is done, and every third has no description. */
export function task(number, owner, homes) {
  const createdAt = new Date(BEGIN + number).toISOString();
  return {
    id: taskId(number),
    user_id: userId(owner, homes),
    title: `Task ${number}: write down what was agreed`,
    description: number % 3 === 1 ? null : `What they said about number ${number}, in a sentence of the usual length.`,
    completed: number % 3 === 0,
    created_at: createdAt,
    updated_at: new Date(BEGIN + DAY + number).toISOString(),
  };
}

/** The user a task belongs to: the first ones are the readers' in turn, the rest is spread evenly over all other users. */
export function ownerOf(number, { users, readers = 1, readerTasks }) {
  const ofReaders = readers * readerTasks;
  return number < ofReaders ? number % readers : readers + ((number - ofReaders) % (users - readers));
}

const salt = createHash('sha256').update('salt').digest().subarray(0, 16);
const unpadded = (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** The hash of the same password in each subject's format. */
export const passwordHashes = {
  argon2id: () => `$argon2id$v=19$m=19456,t=2,p=1$${unpadded(salt)}$${unpadded(argon2id(PASSWORD, salt, { m: 19_456, t: 2, p: 1 }))}`,
  pbkdf2: () => `pbkdf2$600000$${salt.toString('base64')}$${pbkdf2Sync(PASSWORD, salt, 600_000, 32, 'sha256').toString('base64')}`,
  // Better Auth's format: the salt is the hexadecimal text itself, not the bytes it encodes.
  scrypt: () => {
    const text = salt.toString('hex');
    return `${text}:${scryptSync(PASSWORD, text, 64, { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 }).toString('hex')}`;
  },
};
