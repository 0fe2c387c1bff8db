// Runs the class that verifies the signatures of trusted issuers, without the rest of the Worker: published vectors sign bytes that are
// no tokens. The test bundles it. A POST of `{ jwk, algorithm, cases: [{ msg, sig }] }`, in hexadecimal, returns the outcome of each case.

import { KeySet } from '../../src/platform/key_set.js';

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

export class SigninLimiter {}

export default {
  async fetch(request) {
    if (request.method === 'GET') return new Response('ready');
    const { jwk, algorithm, cases } = await request.json();
    const keySet = new KeySet(JSON.stringify({ keys: [jwk] }));
    const outcomes = [];
    for (const { msg, sig } of cases) {
      const outcome = await keySet.verify(algorithm, undefined, bytes(msg), bytes(sig));
      outcomes.push(typeof outcome === 'number' ? 'verified' : outcome);
    }
    return Response.json(outcomes);
  },
};
