// The check of lock files and actions, on small ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unlockedCrates, unlockedNpmPackages, unlockedPythonPackages, unpinnedActions } from './locks.mjs';

const integrity = `sha512-${'a'.repeat(86)}==`;
const hash = 'a'.repeat(64);
const commit = 'a'.repeat(40);

test('an npm package needs its integrity, unless it is a link or bundled', () => {
  const packages = {
    '': { version: '1.0.0' },
    'node_modules/good': { version: '1.0.0', integrity },
    'node_modules/linked': { link: true },
    'node_modules/good/node_modules/inside': { version: '1.0.0', inBundle: true },
  };
  assert.deepEqual(unlockedNpmPackages(JSON.stringify({ packages })), []);
  for (const wrong of [undefined, 'sha1-abc', 'sha512-abc']) {
    const [problem, ...more] = unlockedNpmPackages(JSON.stringify({ packages: { ...packages, 'node_modules/bad': { version: '2.0.0', integrity: wrong } } }));
    assert.match(problem, /^node_modules\/bad@2\.0\.0 has no SHA-512 integrity/);
    assert.equal(more.length, 0);
  }
});

test('a crate needs its checksum, unless it is the project\'s own', () => {
  const crate = (name, ...lines) => ['[[package]]', `name = "${name}"`, ...lines, ''].join('\n');
  const own = crate('own', 'version = "0.1.0"');
  assert.deepEqual(unlockedCrates(own + crate('good', 'source = "registry+x"', `checksum = "${hash}"`)), []);
  assert.deepEqual(unlockedCrates(own + crate('bad', 'source = "git+x"')), ['bad has no checksum']);
});

test('a Python package needs one version and its hashes', () => {
  assert.deepEqual(unlockedPythonPackages(`# a comment\n\ngood==1.0 \\\n    --hash=sha256:${hash} \\\n    --hash=sha256:${hash}\n`), []);
  for (const bad of ['bad==1.0', `bad>=1.0 --hash=sha256:${hash}`, '--find-links folder']) {
    assert.deepEqual(unlockedPythonPackages(bad), [`${bad.split(' ')[0]} is not one version with its hashes`]);
  }
});

test('an action needs its commit and version, unless it is the project\'s own', () => {
  assert.deepEqual(unpinnedActions(`- uses: owner/name@${commit} # v1.2.3\n  uses: ./.github/actions/own\n`), []);
  for (const bad of ['owner/name@v1', `owner/name@${commit}`, `owner/name@${commit.slice(1)} # v1`]) {
    assert.equal(unpinnedActions(`      - uses: ${bad}\n`).length, 1, bad);
  }
});
