// Password hashes in JavaScript: PBKDF2 by WebCrypto with OWASP's 600,000 rounds, or Argon2id by @noble with the parameters of
// this project. ARGON2ID is a constant of the build, so that each bundle holds only its own.

import { argon2id } from '@noble/hashes/argon2.js';

const ROUNDS = 600_000;
const COST = { m: 19_456, t: 2, p: 1 };
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const unpadded = (text) => text.replace(/=+$/, '');

async function pbkdf2(password, salt) {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(password), 'PBKDF2', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }, key, 256));
}

export async function hashPassword(password, salt = crypto.getRandomValues(new Uint8Array(16))) {
  if (ARGON2ID) return `$argon2id$v=19$m=${COST.m},t=${COST.t},p=${COST.p}$${unpadded(base64(salt))}$${unpadded(base64(argon2id(password, salt, COST)))}`;
  return `pbkdf2$${ROUNDS}$${base64(salt)}$${base64(await pbkdf2(password, salt))}`;
}

export async function verifyPassword(password, hash) {
  const salt = bytes(hash.split('$').at(-2));
  const [one, other] = [hash, await hashPassword(password, salt)].map((text) => new TextEncoder().encode(text));
  return one.length === other.length && crypto.subtle.timingSafeEqual(one, other);
}
