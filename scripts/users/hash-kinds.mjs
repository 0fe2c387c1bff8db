// Recognises stored password hashes as the Worker does (src/auth/imported_hash), so that a dry run reports what would not verify.

const SUPPORTED = [
  ['bcrypt', /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/],
  ['scrypt (Better Auth)', /^[0-9a-fA-F]+:[0-9a-fA-F]{128}$/],
  ['PBKDF2-SHA256 (Werkzeug)', /^pbkdf2:sha256:(\d+)\$[^$\0]*\$[0-9a-fA-F]{64}$/],
  ['PBKDF2-SHA256 (passlib)', /^\$pbkdf2-sha256\$(\d+)\$[A-Za-z0-9./]*\$[A-Za-z0-9./]{43}$/],
  ['Argon2id', /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{14,86}$/],
];
const UNSUPPORTED = [
  ['bcrypt with a cost over 14', /^\$2[aby]\$(?:1[5-9]|2\d|3[01])\$[./A-Za-z0-9]{53}$/],
  ['scrypt (Werkzeug)', /^scrypt:\d+:\d+:\d+\$/],
  ['PBKDF2 of Django', /^pbkdf2_sha\d+\$/],
  ['PBKDF2 by another hash function', /^(?:pbkdf2:sha|\$pbkdf2)/],
  ['Argon2i or Argon2d', /^\$argon2[id]\$/],
  ['crypt', /^\$(?:1|5|6|y|7|gy)\$/],
  ['MD5 or SHA in hexadecimal', /^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$|^[0-9a-f]{128}$/i],
];
const MAX_ITERATIONS = { 'PBKDF2-SHA256 (Werkzeug)': 1_000_000, 'PBKDF2-SHA256 (passlib)': 1_000_000 };

/** `{ kind, isSupported }`; never holds the hash itself. */
export function kindOf(hash) {
  for (const [kind, form] of SUPPORTED) {
    const [, first, passes, lanes] = form.exec(hash) ?? [hash];
    if (!form.test(hash)) continue;
    if (kind === 'Argon2id') {
      const [memory, t, p] = [first, passes, lanes].map(Number);
      const isSupported = memory <= 65_536 && t >= 1 && t <= 16 && p >= 1 && memory >= 8 * p;
      return { kind: isSupported ? kind : 'Argon2id beyond 65536 KiB or 16 iterations', isSupported };
    }
    const most = MAX_ITERATIONS[kind];
    if (most && !(Number(first) >= 1 && Number(first) <= most)) return { kind: `${kind} beyond ${most} iterations`, isSupported: false };
    return { kind, isSupported: true };
  }
  return { kind: UNSUPPORTED.find(([, form]) => form.test(hash))?.[0] ?? 'unknown', isSupported: false };
}
