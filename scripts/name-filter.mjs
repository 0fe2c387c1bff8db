// The arguments with which `node --test` runs only the tests whose name contains some words.

import { inProject } from './shared.mjs';

export function filter(words) {
  if (words.length === 0) return [];
  const literal = words.join(' ').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  // In a file without a matching test node runs the `before` hooks but not the `after` hooks, so its servers would never stop.
  return [`--test-name-pattern=/${literal}/i`, '--test-force-exit', `--test-reporter=${inProject('scripts', 'require-match-reporter.mjs')}`,
    '--test-reporter-destination=stdout'];
}
