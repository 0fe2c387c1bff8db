// Turns a record of another system into a row of `users`, or says why it cannot be one and what to do.

import { randomBytes } from 'node:crypto';
import { MAX_HOME } from '../databases.mjs';
import { canonicalEmail } from './email.mjs';
import { readBoolean, readTime } from './fields.mjs';
import { kindOf } from './hash-kinds.mjs';

const MAX_NAME_CHARACTERS = 100;
const MAX_ID_BYTES = 255;
/** Stored where there is no usable password: no text is its hash, and a reset by email replaces it. */
export const NO_PASSWORD = '!';

/** Why a record is not imported; `kind` is that of its hash where that is the reason. */
export class Unusable extends Error {
  constructor(message, kind) {
    super(message);
    this.kind = kind;
  }
}

/** `options`: `read`, a field reader; `prefixes` of other issuers; how many `homes` are bound; `withoutPasswords`; `passwords` by user id, or undefined. */
export function convert({ record, isFirebase }, { read, prefixes, homes = 0, withoutPasswords, passwords }) {
  const text = (column) => {
    const field = read(record, column);
    if (field === undefined) return undefined;
    const value = typeof field.value === 'string' ? field.value : String(field.value);
    if (!value.isWellFormed()) throw new Unusable(`${field.name} is not valid Unicode: correct it in the file`);
    return value;
  };
  const typed = text('email');
  if (typed === undefined) throw new Unusable('no email address: sign-in needs one. Name its column with --columns email=<name>');
  const email = canonicalEmail(typed);
  if (email === undefined) throw new Unusable(`${JSON.stringify(typed.slice(0, 100))} is not an email address: correct it in the file`);

  const sourceId = text('id');
  const created = read(record, 'created_at');
  const createdAt = created === undefined ? new Date().toISOString() : readTime(created.value);
  if (createdAt === undefined) throw new Unusable(`${created.name} is not a time: write it as 2026-11-25T12:00:00Z`);
  const { hash, kind } = passwordOf({ hash: passwords ? passwords.get(sourceId) : text('password_hash'), isFirebase, withoutPasswords });
  const { id, isNewId } = idOf(sourceId, createdAt, prefixes, homes);
  const { name, isCutName } = nameOf(text('name'));
  return {
    user: {
      id, email, name, role: roleOf(read(record, 'role')), password_hash: hash, created_at: createdAt,
      email_verified: isVerified(read(record, 'email_verified')), suspended: isSuspended(read(record, 'suspended')),
    },
    kind, isNewId, isCutName,
  };
}

function passwordOf({ hash, isFirebase, withoutPasswords }) {
  const isMissing = hash === undefined || hash === '' || hash === NO_PASSWORD;
  const found = isMissing ? { kind: 'no password', isSupported: hash === NO_PASSWORD }
    : isFirebase && !kindOf(hash).isSupported ? { kind: 'scrypt (Firebase)', isSupported: false } : kindOf(hash);
  if (found.isSupported) return { hash, kind: found.kind };
  if (withoutPasswords) return { hash: NO_PASSWORD, kind: `${found.kind}: reset by email` };
  const what = isMissing ? 'no password hash' : `the password hash is of a kind that is not supported (${found.kind})`;
  throw new Unusable(`${what}: --without-passwords imports such users, who then reset their password by email`, found.kind);
}

/** The home that an id names, 0 for none: see src/domain/ids.rs. */
const homeNamedBy = (id) => /^[0-9a-f]{8}-[0-9a-f]{4}-80[0-9a-f]{2}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id) ? parseInt(id.slice(16, 18), 16) : 0;

function idOf(id, createdAt, prefixes, homes) {
  const fits = id !== undefined && id !== '' && Buffer.byteLength(id) <= MAX_ID_BYTES && !/\p{Cc}/u.test(id)
    && !prefixes.some((prefix) => id.startsWith(prefix))
    // A user of another deployment, whose tasks the service would look for in a database that is not bound.
    && (homeNamedBy(id) <= homes || homeNamedBy(id) > MAX_HOME);
  return fits ? { id, isNewId: false } : { id: uuidV7(Date.parse(createdAt)), isNewId: id !== undefined && id !== '' };
}

/** A UUID of version 7 (RFC 9562, section 5.7). */
function uuidV7(milliseconds) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Math.max(0, Math.floor(milliseconds)), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function nameOf(text = '') {
  const characters = [...text.replaceAll('\0', '').trim()];
  return { name: characters.slice(0, MAX_NAME_CHARACTERS).join('') || null, isCutName: characters.length > MAX_NAME_CHARACTERS };
}

/** `admin`, or a column such as `is_superuser` that is true. Any other role is that of a user. */
const roleOf = (field) => field !== undefined && (field.value === 'admin' || (field.name !== 'role' && readBoolean(field.value) === true)) ? 'admin' : 'user';

/** True, or the time of the verification. */
const isVerified = (field) => field !== undefined && (readBoolean(field.value) ?? readTime(field.value) !== undefined);

/** True, a time in the future, or an account that is not active. */
function isSuspended(field) {
  if (field === undefined) return false;
  if (field.name === 'is_active') return readBoolean(field.value) === false;
  return readBoolean(field.value) ?? readTime(field.value) > new Date().toISOString();
}
