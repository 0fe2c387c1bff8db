// What the crate asks of JavaScript, each in one call: a text that crosses between JavaScript and
// WebAssembly costs as much as a hundred numbers, so that texts are joined before they cross, and never cross without need.

const SAFE_METHODS = new Set(['GET', 'HEAD']);
const HEADERS_OF_ALL = ['Authorization', 'Origin', 'CF-Connecting-IP'];
const HEADERS_OF_BODIES = [...HEADERS_OF_ALL, 'Content-Type', 'Content-Length'];

/** The method, the URL and the headers above, a line each, empty where a header is absent. None of them can hold a line break. */
export function requestHead(request) {
  const { method, url, headers } = request;
  let head = `${method}\n${url}`;
  for (const name of SAFE_METHODS.has(method) ? HEADERS_OF_ALL : HEADERS_OF_BODIES) head += `\n${headers.get(name) ?? ''}`;
  return head;
}

/** Sets the headers that stand in a text, names and values on alternate lines. */
function setLines(headers, text) {
  const lines = text.split('\n');
  for (let index = 0; index + 1 < lines.length; index += 2) headers.set(lines[index], lines[index + 1]);
}

/** A response for others to be copied from. */
export function model(status, headers) {
  const response = new Response(null, { status });
  setLines(response.headers, headers);
  return response;
}

/** The model is sent to nobody: to write into it before it is copied costs less than to write into the copy. */
export function respond(model, requestId, ownHeaders, body) {
  model.headers.set('X-Request-Id', requestId);
  const response = new Response(body, model);
  if (ownHeaders !== undefined) setLines(response.headers, ownHeaders);
  return response;
}

/** The bytes of a body that comes in pieces, undefined as soon as there are more than `maximum`. */
export async function readPieces(request, maximum) {
  const pieces = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > maximum) return undefined;
    pieces.push(piece);
  }
  return new Blob(pieces).arrayBuffer();
}

/** Counts one call under the key; the promise gives the limiter's verdict. */
export function count(limiter, key) {
  return limiter.limit({ key });
}

/** The status of a Durable Object's answer and its header `Retry-After`, a line each. */
export async function callObject(namespace, name, url) {
  const { status, headers } = await namespace.getByName(name).fetch(url);
  return `${status}\n${headers.get('Retry-After') ?? ''}`;
}

/** The statement with these values, a JSON array. */
export function bind(database, sql, values) {
  return database.prepare(sql).bind(...JSON.parse(values));
}

/** Runs the statements in one transaction; gives the column `answer` of each one's first row, undefined where it has no row. */
export async function batch(database, statements) {
  const results = await database.batch(statements);
  return results.map(({ results: [row] }) => row && row.answer);
}

/** The content of a static asset, a stream; null where there is none. */
export async function readAsset(assets, url) {
  const { status, body } = await assets.fetch(url);
  return status === 200 ? body : null;
}
