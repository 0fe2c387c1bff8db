// Which column of which system holds what, and how its values are written there.

import { Failure } from '../shared.mjs';

/** The names of each column, in the order in which they are looked for. */
const NAMES = {
  id: ['id', 'user_id', 'userId', 'localId', 'uid'],
  email: ['email', 'email_address', 'mail'],
  // FastAPI's templates, Supabase, Better Auth's table `account`, Firebase.
  password_hash: ['password_hash', 'hashed_password', 'encrypted_password', 'password', 'passwordHash'],
  name: ['name', 'full_name', 'displayName', 'display_name'],
  role: ['role', 'is_superuser', 'is_admin'],
  email_verified: ['email_verified', 'emailVerified', 'is_verified', 'email_confirmed_at', 'confirmed_at'],
  created_at: ['created_at', 'createdAt', 'date_joined'],
  suspended: ['suspended', 'banned', 'banned_until', 'disabled', 'is_active'],
};

/** Parses `email=mail,name=full_name`: this service's column, then the file's. */
export function parseMapping(text = '') {
  const mapping = {};
  for (const pair of text.split(',').filter(Boolean)) {
    const [column, name, ...rest] = pair.split('=');
    if (!(column in NAMES) || !name || rest.length > 0) {
      throw new Failure(`--columns ${pair}: write <ours>=<the file's>, where ours is one of ${Object.keys(NAMES).join(', ')}`);
    }
    mapping[column] = name;
  }
  return mapping;
}

/** A function from a record to `{ value, name }` of one of this service's columns; undefined where the record has none. */
export const fieldReader = (mapping) => (record, column) => {
  const names = mapping[column] === undefined ? NAMES[column] : [mapping[column]];
  const name = names.find((candidate) => record[candidate] !== undefined && record[candidate] !== null && record[candidate] !== '');
  if (name !== undefined) return { value: record[name], name };
  // Supabase keeps the name among the user's metadata, in a CSV as JSON.
  return column === 'name' && mapping.name === undefined ? metadataName(record.raw_user_meta_data) : undefined;
};

function metadataName(metadata) {
  try {
    const object = typeof metadata === 'string' ? JSON.parse(metadata) : metadata;
    const value = object?.full_name ?? object?.name;
    return typeof value === 'string' ? { value, name: 'raw_user_meta_data' } : undefined;
  } catch {
    return undefined;
  }
}

/** Booleans as databases print them; undefined for anything else. */
export function readBoolean(value) {
  const text = String(value).toLowerCase();
  if (['true', 't', '1', 'yes'].includes(text)) return true;
  return ['false', 'f', '0', 'no', ''].includes(text) ? false : undefined;
}

/** A moment as databases print it, without a zone in UTC, or since 1970 in seconds or milliseconds; undefined for anything else. */
export function readTime(value) {
  const text = String(value).trim();
  let milliseconds;
  if (/^\d+(\.\d+)?$/.test(text)) milliseconds = Number(text) < 1e11 ? Number(text) * 1000 : Number(text);
  else {
    const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/.exec(text);
    if (!parts) return undefined;
    const [, date, time = '00:00', zone = 'Z'] = parts;
    const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').replace('UTC', 'Z');
    milliseconds = Date.parse(`${date}T${time}${offset}`);
  }
  const moment = new Date(milliseconds);
  return Number.isNaN(moment.getTime()) || moment.getUTCFullYear() > 9999 ? undefined : moment.toISOString();
}
