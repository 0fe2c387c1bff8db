// A reporter for `node --test` that fails a run in which no test matches the name pattern: node itself reports a success.

export default async function* report(events) {
  let isMatched = false;
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // node reports a file without a matching test as a test itself, named by its path.
    isMatched ||= data.nesting > 0 || !data.name.endsWith('.test.mjs');
  }
  if (isMatched) return;
  process.exitCode = 1;
  yield '\n✘ No test has a name that contains these words in this order\n';
}
