// What the crate needs of JavaScript, each in one call. A string that crosses between JavaScript and WebAssembly costs as much
// as a hundred numbers, so strings are joined before they cross.

import { waitUntil } from 'cloudflare:workers';

const SAFE_METHODS = new Set(['GET', 'HEAD']);
const COMMON_HEADERS = ['Authorization', 'Origin', 'CF-Connecting-IP'];
const COMMON_AND_BODY_HEADERS = [...COMMON_HEADERS, 'Content-Type', 'Content-Length'];

/** The method, the URL and the headers above, one per line, empty where a header is absent. None of them can hold a line break. */
export function requestHead(request) {
  const { method, url, headers } = request;
  let head = `${method}\n${url}`;
  for (const name of SAFE_METHODS.has(method) ? COMMON_HEADERS : COMMON_AND_BODY_HEADERS) head += `\n${headers.get(name) ?? ''}`;
  return head;
}

/** The country and the user agent of a client that opens a session, one per line, empty where they are absent. */
export function sessionClient({ headers }) {
  return `${headers.get('CF-IPCountry') ?? ''}\n${headers.get('User-Agent') ?? ''}`;
}

/** Sets headers given as text, names and values on alternate lines. */
function setHeaders(headers, text) {
  const lines = text.split('\n');
  for (let index = 0; index + 1 < lines.length; index += 2) headers.set(lines[index], lines[index + 1]);
}

/** A response that `respond` copies. */
export function createResponseTemplate(status, headers) {
  const response = new Response(null, { status });
  setHeaders(response.headers, headers);
  return response;
}

/** Writes the request id into the template, which is never sent itself: that costs less than writing it into the copy. */
export function respond(template, requestId, headers, body) {
  template.headers.set('X-Request-Id', requestId);
  const response = new Response(body, template);
  if (headers !== undefined) setHeaders(response.headers, headers);
  return response;
}

/** The bytes of a body that comes in chunks; undefined as soon as there are more than `maximum`. */
export async function readChunks(request, maximum) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maximum) return undefined;
    chunks.push(chunk);
  }
  return new Blob(chunks).arrayBuffer();
}

/**
 * The fields of a multipart form as a JSON object, in which a name may occur twice and a file is `false`. Rejects a malformed form.
 * The runtime reads the bytes later, so they are copied: WebAssembly may use their memory for something else by then.
 */
export async function readMultipart(bytes, contentType) {
  const form = await new Response(bytes.slice(), { headers: { 'Content-Type': contentType } }).formData();
  const members = Array.from(form, ([name, value]) => `${JSON.stringify(name)}:${typeof value === 'string' && JSON.stringify(value)}`);
  return `{${members}}`;
}

/**
 * scrypt (RFC 7914) as Better Auth computes it, 64 bytes. The runtime loads its module at the first use: an import would cost
 * every start.
 */
export function scrypt(password, salt) {
  const { scryptSync } = process.getBuiltinModule('node:crypto');
  return scryptSync(password.normalize('NFKC'), salt, 64, { N: 16384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 });
}

/** Counts one request under the key; the promise resolves to `{ success }`. */
export function rateLimit(limiter, key) {
  return limiter.limit({ key });
}

/** The same for several limiters at once; resolves to `true`, `false` or why it failed, one per line. */
export async function rateLimits(limiters, keys) {
  const count = async (key, index) => {
    try {
      const { success } = await limiters[index].limit({ key });
      return typeof success === 'boolean' ? success : 'the outcome has no `success`';
    } catch (error) {
      return limiters[index] === undefined ? 'there is no such binding' : String(error).replaceAll('\n', ' ');
    }
  };
  return (await Promise.all(keys.split('\n').map(count))).join('\n');
}

/** The status of a Durable Object's response and its `Retry-After` header, one per line. Handled like a read that has begun. */
export function callObject(namespace, name, url) {
  const call = async () => {
    const { status, headers } = await namespace.getByName(name).fetch(url);
    return `${status}\n${headers.get('Retry-After') ?? ''}`;
  };
  const response = call();
  response.catch(() => {});
  return response;
}

/** The statement with these values, a JSON array. */
export function bind(database, sql, values) {
  return database.prepare(sql).bind(...JSON.parse(values));
}

/** Begins a read that is awaited later. Until then its failure counts as handled: the runtime would report it otherwise. */
export function beginRead(statement) {
  const rows = statement.raw();
  rows.catch(() => {});
  return rows;
}

/** Runs the statements in one transaction; returns the column `answer` of each one's first row, undefined where it has no row. */
export async function batch(database, statements) {
  const results = await database.batch(statements);
  return results.map(({ results: [row] }) => row && row.answer);
}

/** Removes the last row if it only says that another page follows: it is one too many, or an empty text after others. */
export function removeLookAhead(rows, limit) {
  const isLookAhead = rows.length > limit || (rows.length > 1 && rows.at(-1)?.[0] === '');
  if (isLookAhead) rows.pop();
  return isLookAhead;
}

/** The `ETag` of a static asset and its content, a stream; null where there is no such asset. */
export async function readAsset(assets, url) {
  const { status, headers, body } = await assets.fetch(url);
  return status === 200 ? [headers.get('ETag'), body] : null;
}

/**
 * An account as JSON: rows with its user and its sessions, then the tasks, read page by page as the client takes them, so that one
 * page is in memory at a time. `page` is the statement of a page; it takes the caller, as every statement does, and the id that the
 * page begins after. Where a page cannot be read, or the session has ended, which a client that reads slowly would outlast, the
 * response breaks off, so that no client takes it for complete. It has begun by then, with its headers.
 */
export function streamExport([user, ...sessions], page, userId, session = null, requestId) {
  const encoder = new TextEncoder();
  let last = '';
  const read = () => page.bind(userId, session, Date.now(), last).raw();
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(`{"user":${user},"sessions":[${sessions}],"tasks":[`));
    },
    async pull(controller) {
      let rows;
      try {
        rows = await read().catch(read);
      } catch (error) {
        console.log(JSON.stringify({ event: 'unhandled_error', cause: `the export broke off: ${error}`, request_id: requestId }));
        throw error;
      }
      if (rows[0]?.[0] === null) throw new Error('the session has ended');
      if (rows.length > 0) {
        controller.enqueue(encoder.encode((last && ',') + rows.map(([, task]) => task).join(',')));
        [last] = rows.at(-1);
      } else {
        controller.enqueue(encoder.encode(']}'));
        controller.close();
      }
    },
  }, { highWaterMark: 0 });
}

/**
 * Sends a message, given as JSON, after the response: how long that takes tells nobody whether there is one. A failure is one log
 * line, which holds only the kind of error, since its text may name the address.
 */
export function sendEmail(binding, message, requestId) {
  const send = async () => {
    await scheduler.wait(0);
    try {
      await binding.send(JSON.parse(message));
    } catch (error) {
      const cause = String(error?.code ?? error?.name);
      console.log(JSON.stringify({ event: 'email_failed', cause, request_id: requestId }));
    }
  };
  waitUntil(send());
}

/** The homes of users whose ids name none, by id: they never change. The oldest is forgotten where there are too many. */
const homes = new Map();
const maxHomes = 10_000;

export function knownHome(userId) {
  return homes.get(userId);
}

export function rememberHome(userId, number) {
  if (homes.size >= maxHomes && !homes.has(userId)) homes.delete(homes.keys().next().value);
  homes.set(userId, number);
}

/** Runs statements in a home as `batch` does; once they are committed, `done` in `DB` after the response. Where that fails, the clean-up repeats both. */
export async function batchAtHome(home, statements, done) {
  const answers = await batch(home, statements);
  afterResponse(done.run());
  return answers;
}

/** Lets a promise settle after the response; the clean-up makes good what fails. */
export function afterResponse(promise) {
  waitUntil(promise.catch(() => {}));
}
