// The public keys of a JSON Web Key Set (RFC 7517), as WebCrypto verifies with them. A key that cannot be used is skipped: an
// issuer may publish others beside those that sign its tokens.

/** By the names of RFC 7518 and RFC 8037: the keys of an algorithm, and what WebCrypto imports and verifies them with. */
const ALGORITHMS = {
  EdDSA: { kty: 'OKP', crv: 'Ed25519', parameters: { name: 'Ed25519' } },
  ES256: { kty: 'EC', crv: 'P-256', parameters: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } },
  RS256: { kty: 'RSA', parameters: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
  PS256: { kty: 'RSA', parameters: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 } },
};
const SIGNATURE_BYTES = { EdDSA: 64, ES256: 64 };
/** The 64 KiB of a set could hold a thousand small keys; no issuer signs with a hundred. */
const MAX_KEYS = 100;
const MIN_RSA_MODULUS = 1n << 2047n;
const MIN_RSA_EXPONENT = 3n;

/** Ed25519 has two names (RFC 8037, section 3.1, and RFC 9864, section 2.2). */
const canonicalName = (algorithm) => (algorithm === 'Ed25519' ? 'EdDSA' : algorithm);

/** Decodes base64url without padding; undefined for any other text. */
function decode(text) {
  if (typeof text !== 'string' || !/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

const hasBytes = (text, length) => decode(text)?.length === length;

/** The big-endian number of these bytes; zero where there are none. */
function toNumber(bytes) {
  return BigInt(`0x0${Array.from(bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

const P = (1n << 255n) - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/** The y of two of the four points of order 8; that of the other two is P minus it. */
const Y_OF_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

function power(base, exponent) {
  let result = 1n;
  for (let square = base % P; exponent > 0n; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) result = (result * square) % P;
  }
  return result;
}

/**
 * Whether 32 bytes are a point of Ed25519 (RFC 8032, section 5.1.3) of large order: under a point of small order, one signature
 * is valid for many messages. x² = (y² - 1) / (dy² + 1) has a root exactly where the product of both is a square, which is not
 * zero: y = ±1 are the points of order 1 and 2, y = 0 those of order 4.
 */
function isEd25519Key(bytes) {
  const y = toNumber(bytes.toReversed()) & ((1n << 255n) - 1n);
  if (y >= P || y === 0n || y === Y_OF_ORDER_8 || y === P - Y_OF_ORDER_8) return false;
  return power((y * y - 1n + P) * (D * y * y + 1n), (P - 1n) / 2n) === 1n;
}

/** What importing a key does not check; WebCrypto itself checks that a point is on P-256. */
function isStrong({ kty, n, e, x, y }) {
  if (kty === 'RSA') return toNumber(decode(n)) >= MIN_RSA_MODULUS && toNumber(decode(e)) >= MIN_RSA_EXPONENT;
  return hasBytes(x, 32) && (kty === 'EC' ? hasBytes(y, 32) : isEd25519Key(decode(x)));
}

const isForVerifying = ({ use, key_ops: operations }) =>
  (use === undefined || use === 'sig') && (operations === undefined || (Array.isArray(operations) && operations.includes('verify')));

/** The key's id, and a CryptoKey for each algorithm that it verifies; undefined where there is none. */
async function importKey(jwk) {
  const { kty, crv, n, e, x, y, kid, alg, d, k } = jwk ?? {};
  const isPublic = d === undefined && k === undefined;
  const names = Object.keys(ALGORITHMS).filter((name) => {
    const { kty: type, crv: curve } = ALGORITHMS[name];
    return kty === type && (curve === undefined || curve === crv) && (alg === undefined || canonicalName(alg) === name);
  });
  if (!isPublic || names.length === 0 || !isForVerifying(jwk) || !isStrong(jwk)) return undefined;
  const material = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y };
  const cryptoKeys = {};
  try {
    for (const name of names) cryptoKeys[name] = await crypto.subtle.importKey('jwk', material, ALGORITHMS[name].parameters, false, ['verify']);
  } catch {
    return undefined;
  }
  return { kid: typeof kid === 'string' ? kid : undefined, cryptoKeys };
}

/** The usable keys of a set. Throws where the text is no key set. */
export async function importKeys(text) {
  const { keys } = JSON.parse(text);
  if (!Array.isArray(keys)) throw new TypeError('the body is no key set');
  return (await Promise.all(keys.slice(0, MAX_KEYS).map(importKey))).filter((key) => key !== undefined);
}

/** The keys that a token may choose: those of its `kid`, or without one the only key of the set. */
export function chooseKeys(keys, kid) {
  if (kid !== undefined) return keys.filter((key) => key.kid === kid);
  return keys.length === 1 ? keys : [];
}

/** Verifies with the first of the keys that is for the algorithm; undefined where none is. */
export async function verifyWith(keys, algorithm, signed, signature) {
  const name = canonicalName(algorithm);
  const key = keys.find(({ cryptoKeys }) => Object.hasOwn(cryptoKeys, name))?.cryptoKeys[name];
  if (key === undefined) return undefined;
  const length = SIGNATURE_BYTES[name];
  return (length === undefined || signature.length === length) && crypto.subtle.verify(ALGORITHMS[name].parameters, key, signature, signed);
}
