// A second Worker, as another one of the same account: calls the entrypoint `Auth` through a service binding, and forwards every
// other request. POST /binding with `{ "method", "arguments", "times" }` responds with the result as JSON, in the order of its
// members, with an array of results if `times` is given, or with what the call threw as `thrown`. An argument `{ "odd": … }` is one
// of those below, which JSON cannot hold.

import { RpcTarget } from 'cloudflare:workers';

class Hostile extends RpcTarget {
  get checkSession() {
    throw new Error('a getter that throws');
  }
}

const ODD = {
  'undefined': () => undefined,
  'NaN': () => NaN,
  'a BigInt': () => 1n,
  'a date': () => new Date(0),
  'a map': () => new Map([['checkSession', false]]),
  'bytes': () => new TextEncoder().encode('token'),
  'a boxed string': () => new String('token'),
  'a function': () => () => false,
  'a stub': () => new Hostile(),
  'a stream': () => new ReadableStream(),
  'a response': () => new Response('token'),
  'headers': () => new Headers({ Authorization: 'Bearer token' }),
  'an error': () => new Error('token'),
  'a circle': () => {
    const circle = {};
    circle.checkSession = circle;
    return circle;
  },
  'a function for checkSession': () => ({ checkSession: () => false }),
  'undefined for checkSession': () => ({ checkSession: undefined }),
  'half a surrogate pair': () => '\ud800',
  '129 KiB': () => 'x'.repeat(129 * 1024),
  '30 MiB': () => 'x'.repeat(30 * 1024 * 1024),
};

const argument = (given) => typeof given?.odd === 'string' ? ODD[given.odd]() : given;

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== '/binding') return env.EDGE.fetch(request);
    const { method, arguments: given, times } = await request.json();
    try {
      const results = await Promise.all(Array.from({ length: times ?? 1 }, () => env.AUTH[method](...given.map(argument))));
      return new Response(JSON.stringify(times === undefined ? results[0] : results));
    } catch (error) {
      return Response.json({ thrown: String(error) });
    }
  },
};
