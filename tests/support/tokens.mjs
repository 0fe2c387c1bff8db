// Signs and decodes JSON Web Tokens without the Worker's code, so that a test can have a token of any issuer, valid or not.

import { createHmac } from 'node:crypto';

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/** `claims` and `header` are objects, or text that is encoded unchanged. An `alg` other than HMAC leaves the signature empty. */
export function signToken(claims, { secret, header = { alg: 'HS256', typ: 'JWT' } }) {
  const signed = `${encode(header)}.${encode(claims)}`;
  const hash = hashes[header.alg];
  return `${signed}.${hash ? createHmac(hash, secret).update(signed).digest('base64url') : ''}`;
}

/** Header and claims of a token, unverified. */
export function decodeToken(token) {
  const [header, claims, signature] = token.split('.');
  return { header: decode(header), claims: decode(claims), signature };
}

/** The time in whole seconds, as in tokens (NumericDate, RFC 7519). */
export function now() {
  return Math.floor(Date.now() / 1000);
}

function encode(part) {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

function decode(part) {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
