// A reporter for `node --test` that fails a run in which no test has the asked name: node itself would call that a success.

export default async function* report(events) {
  let isFound = false;
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A file without any test of that name is told as a test itself, named by its path.
    isFound ||= data.nesting > 0 || !data.name.endsWith('.test.mjs');
  }
  if (isFound) return;
  process.exitCode = 1;
  yield '\n✘ No test has a name that holds these words, in this order\n';
}
