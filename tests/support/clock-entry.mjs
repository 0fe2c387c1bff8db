// Runs in front of the built Worker and moves its clock: the request header `X-Clock-Ahead` is how many milliseconds it is ahead
// during the request, so that no test waits until a key set expires.

import worker from './index.js';

export * from './index.js';

const realNow = Date.now;
let ahead = 0;
Date.now = () => realNow() + ahead;

export default {
  ...worker,
  fetch(request, env, context) {
    ahead = Number(request.headers.get('X-Clock-Ahead') ?? 0);
    return worker.fetch(request, env, context);
  },
};
