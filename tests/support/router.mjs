// The paths of the router, read from its source, since a second list could be incomplete.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The segments of each path; `{}` is a parameter. */
export function routerPaths() {
  const table = readFileSync(join(import.meta.dirname, '..', '..', 'src', 'router.rs'), 'utf8').split('#[cfg(test)]')[0];
  const arms = [...table.matchAll(/^ +\[("[^\]]*)\](?: \| \[([^\]]*)\])? => (?:\{\s+)?choose\(/gm)];
  assert.equal(arms.length, table.match(/\bchoose\(/g).length, 'every arm of the table is parsed');
  const patterns = arms.flatMap(([, ...both]) => both.filter(Boolean));
  assert.ok(patterns.length >= 16, `${patterns.length}`);
  return patterns.map((pattern) => pattern.split(', ').map((part) => (part.startsWith('"') ? JSON.parse(part) : '{}')));
}
