// The public keys of an issuer: kept in the isolate, then in the location's cache, then fetched from the issuer. A promise of
// one request must not be awaited by another, whose I/O it cannot do and with whose client it may be cancelled. So requests
// share nothing but plain data: one fetches, kept alive by `waitUntil`, and the others look again until it is done.

import { waitUntil } from 'cloudflare:workers';
import { readChunks } from './ffi.js';
import { chooseKeys, importKeys, verifyWith } from './jwk.js';

const CACHE = 'issuer-keys';
const SECOND = 1_000;
const FETCH_TIMEOUT = 5 * SECOND;
const MAX_BYTES = 64 * 1024;
const [MIN_AGE, DEFAULT_AGE, MAX_AGE] = [60, 600, 3_600];
/** How long keys serve beyond their age while the issuer is unreachable, in seconds. */
const STALE_AGE = 24 * 3_600;
/** How often an unknown `kid` may fetch, and how often an unreachable issuer is tried while its keys are known. */
const RENEWAL_PAUSE = 30 * SECOND;
/** How often an unreachable issuer is tried while no keys are known. */
const FIRST_FETCH_PAUSE = SECOND;
/** When a fetch is given up for lost, such as one whose request the runtime has ended. */
const FETCH_LOST = FETCH_TIMEOUT + SECOND;
const [FIRST_LOOK, LONGEST_LOOK] = [5, 200];

/** Seconds that a response may be kept (RFC 9111, section 5.2.2.1), within bounds. */
function ageOf(response) {
  const maxAge = /max-age="?(\d+)/i.exec(response.headers.get('Cache-Control') ?? '')?.[1] ?? DEFAULT_AGE;
  return Math.min(Math.max(maxAge, MIN_AGE), MAX_AGE);
}

/** The set that an issuer publishes. Throws where it is unreachable: everything but a key set with status 200. */
async function fetchSet(url) {
  const response = await fetch(url, {
    cache: 'no-store', redirect: 'manual', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(FETCH_TIMEOUT),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the status is ${response.status}`);
  }
  const body = await readChunks(response, MAX_BYTES);
  if (body === undefined) throw new Error(`the body has more than ${MAX_BYTES} bytes`);
  const text = new TextDecoder().decode(body);
  return { text, keys: await importKeys(text), freshUntil: Date.now() + ageOf(response) * SECOND };
}

/** The set in the location's cache, which may be stale. */
async function readCache(url) {
  try {
    const response = await (await caches.open(CACHE)).match(url);
    return response && { keys: await importKeys(await response.text()), freshUntil: Number(response.headers.get('X-Fresh-Until')) };
  } catch {
    return undefined;
  }
}

async function writeCache(url, { text, freshUntil }) {
  const age = Math.ceil((freshUntil - Date.now()) / SECOND) + STALE_AGE;
  const headers = { 'Cache-Control': `max-age=${age}`, 'X-Fresh-Until': String(freshUntil) };
  try {
    await (await caches.open(CACHE)).put(url, new Response(text, { headers }));
  } catch {
    // The cache only spares fetches.
  }
}

/** Whether an expired set may still serve while the issuer is unreachable. */
const mayServe = ({ freshUntil }) => Date.now() < freshUntil + STALE_AGE * SECOND;

export class KeySet {
  #url;
  /** `{ keys, freshUntil, version }`, once they are known. */
  #set;
  /** Whether a fetch has failed since the set expired: from then on requests do not wait for the next try. */
  #isStale = false;
  /** Until when a fetch may be under way. */
  #busyUntil = 0;
  /** When an expired set may be fetched again after a failure. */
  #retryAt = 0;
  /** When an unknown `kid` may fetch. */
  #renewalAt = 0;
  /** How many fetches have begun. */
  #fetches = 0;
  #inline;
  /** How many sets have been adopted. */
  #version = 0;

  /** `source` is the address of a key set, or the set itself. */
  constructor(source) {
    if (source.startsWith('{')) this.#inline = source;
    else this.#url = source;
  }

  /**
   * Verifies a signature: the version of the set whose key has signed, or else `mismatch`, `unknown key`, `other algorithm`, or
   * `unavailable` where no keys are known.
   * The bytes are copied: WebAssembly may use their memory for something else meanwhile.
   */
  async verify(algorithm, kid, signed, signature) {
    const [text, claimed] = [signed.slice(), signature.slice()];
    const fetches = this.#fetches;
    if (this.#inline !== undefined) this.#set ??= { keys: await importKeys(this.#inline), freshUntil: Infinity, version: 0 };
    else if (Date.now() >= (this.#set?.freshUntil ?? 0)) await this.#renewExpired();
    if (this.#set === undefined) return 'unavailable';

    let keys = chooseKeys(this.#set.keys, kid);
    if (keys.length === 0 && kid !== undefined && this.#url !== undefined) {
      await this.#renewUnknown(kid, fetches);
      keys = chooseKeys(this.#set?.keys ?? [], kid);
    }
    // Another set may be adopted while the signature is verified.
    const version = this.#set?.version;
    if (keys.length === 0) return 'unknown key';
    const isVerified = await verifyWith(keys, algorithm, text, claimed);
    return isVerified === undefined ? 'other algorithm' : isVerified ? version : 'mismatch';
  }

  /** Whether the set is still of this version and need not be fetched: a token that it has verified need not be verified again. */
  isCurrent(version) {
    return this.#set?.version === version && Date.now() < this.#set.freshUntil;
  }

  /** Fetches the set, or waits for the fetch that is under way, unless known keys may serve meanwhile. */
  async #renewExpired() {
    const now = Date.now();
    if (this.#set !== undefined && !mayServe(this.#set)) this.#set = undefined;
    const mustWait = this.#set === undefined || !this.#isStale;
    if (now < this.#busyUntil) return mustWait ? this.#settled() : undefined;
    if (now < this.#retryAt) return undefined;
    const work = this.#start(() => this.#load());
    return mustWait ? work : undefined;
  }

  /** Fetches the set for a `kid` that it lacks, at most once in a while. `fetches` is how many had begun when the token came. */
  async #renewUnknown(kid, fetches) {
    await this.#settled();
    const isKnown = this.#set !== undefined && chooseKeys(this.#set.keys, kid).length > 0;
    // The set of a fetch that began after the token came is as new as any.
    if (isKnown || this.#fetches !== fetches || Date.now() < this.#renewalAt) return;
    this.#renewalAt = Date.now() + RENEWAL_PAUSE;
    await this.#start(() => this.#fetch());
  }

  /** Does the work for all requests that wait, even if the client of this one disconnects. */
  #start(work) {
    const lostAt = Date.now() + FETCH_LOST;
    this.#busyUntil = lostAt;
    const done = work().finally(() => {
      if (this.#busyUntil === lostAt) this.#busyUntil = 0;
    });
    waitUntil(done);
    return done;
  }

  /** Waits for the fetch of another request. */
  async #settled() {
    for (let pause = FIRST_LOOK; Date.now() < this.#busyUntil; pause = Math.min(2 * pause, LONGEST_LOOK)) await scheduler.wait(pause);
  }

  async #load() {
    const cached = await readCache(this.#url);
    if (cached?.freshUntil > (this.#set?.freshUntil ?? 0) && mayServe(cached)) this.#adopt(cached);
    if (!(Date.now() < this.#set?.freshUntil)) await this.#fetch();
  }

  async #fetch() {
    this.#fetches += 1;
    try {
      const { text, ...set } = await fetchSet(this.#url);
      this.#adopt(set);
      waitUntil(writeCache(this.#url, { text, ...set }));
    } catch (error) {
      console.log(JSON.stringify({ event: 'issuer_keys_failed', keys: this.#url, cause: String(error) }));
      const isExpired = !(Date.now() < this.#set?.freshUntil);
      if (isExpired) this.#retryAt = Date.now() + (this.#set === undefined ? FIRST_FETCH_PAUSE : RENEWAL_PAUSE);
      this.#isStale = isExpired;
    }
  }

  #adopt(set) {
    this.#version += 1;
    this.#set = { ...set, version: this.#version };
    this.#isStale = false;
    this.#retryAt = 0;
  }
}
