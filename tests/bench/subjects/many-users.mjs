// The same requests with credentials of 1,000 users each: a server that keeps what it verified gains no more than it would from so
// many. A real sign-in of one user is copied, since 2,000 password hashes for each subject would take minutes.

import assert from 'node:assert/strict';
import { decodeToken, signToken } from '../../support/tokens.mjs';
import { SECRET, USERS_OF_LOAD, taskId, user } from '../data.mjs';
import { commonRequests } from './routes.mjs';

const from = (first) => Array.from({ length: USERS_OF_LOAD }, (_, index) => first + index);
/** Their numbers. */
export const readers = from(0);
export const writers = from(USERS_OF_LOAD);

/** `tokenOf` is called with `{ number, email }` of each user. */
export const withTokens = (numbers, tokenOf) => numbers.map((number) => ({ number, token: tokenOf({ number, email: user(number).email }) }));

/**
 * The requests of `commonRequests` with tokens of many users. `copy` returns the token of each user from a token that the subject
 * itself issued to one of them.
 */
export async function requestsOfMany(server, copy = copyTokens) {
  const common = await commonRequests(server.port);
  const reading = await copy(common.list.token, readers, server);
  const writing = await copy(common.create.token, writers, server);
  return ofMany(common, reading, writing);
}

/** `reading` and `writing` are `{ number, ...credentials }` for each user. */
export function ofMany(requests, reading, writing) {
  const many = {
    verify: reading,
    task: reading.map((one) => ({ ...one, path: `/api/tasks/${taskId(one.number)}` })),
    list: reading,
    'list-foreign': reading,
    create: writing,
  };
  const rows = Object.entries(requests).map(([row, request]) => [row, row in many ? { ...request, each: many[row] } : request]);
  return Object.fromEntries(rows);
}

/** The same claims for each user, signed as the subject signed them. */
export function copyTokens(token, numbers, _server, claimsOf = () => ({})) {
  const { header, claims } = decodeToken(token);
  assert.equal(signToken(claims, { secret: SECRET, header }), token, 'the token is not signed as its copies are');
  return numbers.map((number) => {
    const { id, email } = user(number);
    return { number, token: signToken({ ...claims, sub: id, ...('email' in claims && { email }), ...claimsOf(number) }, { secret: SECRET, header }) };
  });
}

/** Inserts a copy of the row with these values for each user, with the columns that `changes` returns. */
export async function copyRows(server, table, values, numbers, changes) {
  const where = Object.keys(values).map((column) => `${column} = ?`).join(' AND ');
  const [{ columns, rows: [row] }] = await server.query([{ sql: `SELECT * FROM ${table} WHERE ${where}`, params: Object.values(values) }]);
  const sql = `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`;
  const copies = numbers.map((number) => {
    const changed = changes(number);
    return { sql, params: columns.map((column, index) => changed[column] ?? row[index]) };
  });
  await server.query(copies);
}
