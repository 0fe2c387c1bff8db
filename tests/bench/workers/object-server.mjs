// Hands requests on to the Durable Objects of the built Worker, which run in another process than the Worker itself; the headers
// that workers/in-memory-rate-limit.mjs sends name the object and the whole URL, whose scheme the connection does not keep.

export { SigninLimiter } from './index.js';

export default {
  fetch: (request, { SIGNIN_LIMITER }) => SIGNIN_LIMITER.getByName(request.headers.get('X-Object')).fetch(request.headers.get('X-Url')),
};
