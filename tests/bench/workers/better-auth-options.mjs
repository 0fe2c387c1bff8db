// The options of Better Auth, apart from the worker that mounts it: the seeding makes its tables from them, too.

import { scrypt, timingSafeEqual } from 'node:crypto';
import { jwt } from 'better-auth/plugins/jwt';
import { SignJWT } from 'jose';

const DAY = 86_400;

/** The runtime's own scrypt, with Better Auth's parameters: the one that it brings for Workers is JavaScript, and far slower. */
function stretch(password, salt) {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 },
      (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const password = {
  async hash(text) {
    const salt = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex');
    return `${salt}:${(await stretch(text, salt)).toString('hex')}`;
  },
  async verify({ hash, password: text }) {
    const [salt, key] = hash.split(':');
    return timingSafeEqual(await stretch(text, salt), Buffer.from(key, 'hex'));
  },
};

export function options({ database, secret = 'only for making tables, 32 bytes long', baseURL = 'http://127.0.0.1', key }) {
  return {
    database,
    secret,
    baseURL,
    emailAndPassword: { enabled: true, password },
    // As with the other subjects, rate limits are not what is measured.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [
      jwt({
        jwks: { remoteUrl: `${baseURL}/jwks`, keyPairConfig: { alg: 'HS256' } },
        jwt: {
          expirationTime: Math.floor(Date.now() / 1000) + 7 * DAY,
          sign: (payload) => new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key),
        },
      }),
    ],
  };
}
