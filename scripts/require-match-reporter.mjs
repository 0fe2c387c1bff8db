// A reporter for `node --test`: node's own `spec`, but a run in which no test matches the name pattern fails. Node itself
// reports such a run as a success. One reporter for both: of two that write to stdout, --test-force-exit may drop one.

import { pipeline, Readable } from 'node:stream';
import { spec } from 'node:test/reporters';

export default async function* report(events) {
  let isMatched = false;
  async function* watched() {
    for await (const event of events) {
      isMatched ||= isTest(event);
      yield event;
    }
  }
  // A failure of the pipeline ends the loop below as well.
  yield* pipeline(Readable.from(watched()), new spec(), () => {});
  if (isMatched) return;
  process.exitCode = 1;
  yield '\n✘ No test has a name that contains these words in this order\n';
}

/** node reports a file without a matching test as a test itself, named by its path. */
const isTest = ({ type, data }) => ['test:pass', 'test:fail'].includes(type) && (data.nesting > 0 || !data.name.endsWith('.test.mjs'));
