// The check of links on small Markdown files, and the anchors by GitHub's rule.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findBrokenLinks } from './links.mjs';
import { anchorsOf, linksOf, slugOf } from './markdown.mjs';

function check(context, files) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-links-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return findBrokenLinks(folder, Object.keys(files)).problems;
}

const FILES = {
  'docs/api.md': '# The API\n\n## Sign in\n',
  'docs/README.md': '# Documents\n',
  'docs/a (b).md': '',
  'src/lib.rs': 'one\ntwo\n',
};

test('links to files, folders, headings and lines resolve', (context) => {
  const text = `# Top

[file](docs/api.md) [folder](docs/) [root](.) [heading](docs/api.md#sign-in) [own](#top) [folder's heading](docs#documents)
[line](src/lib.rs#L2) [from the root](/docs/api.md) [encoded](docs/a%20(b).md) [bracketed](<docs/a (b).md>) [titled](docs/api.md "Title")
[![image in a link](src/lib.rs)](docs/api.md) <img src="src/lib.rs"> [elsewhere](https://example.com/x.md) [mail](mailto:a@b.c)
[reference][one]

[one]: docs/api.md
`;
  assert.deepEqual(check(context, { ...FILES, 'README.md': text }), []);
});

const broken = {
  'a file': ['[a](docs/none.md)', 'docs/none.md: no such file or folder'],
  'a file by the case of its name': ['[a](docs/API.md)', 'docs/API.md: no such file or folder'],
  'an image': ['![a](none.png)', 'none.png: no such file or folder'],
  'a heading': ['[a](docs/api.md#sign-up)', 'docs/api.md#sign-up: no heading of docs/api.md has this anchor'],
  'an own heading': ['[a](#none)', '#none: no heading of README.md has this anchor'],
  'a line': ['[a](src/lib.rs#L9)', 'src/lib.rs#L9: the file has fewer lines'],
  'what is outside': ['[a](../other)', '../other: outside the repository'],
  'a reference': ['[a][b]\n[b]: none.md', 'none.md: no such file or folder', 2],
  'HTML': ['<a class="x" href="none.md">', 'none.md: no such file or folder'],
};
for (const [kind, [text, problem, line = 1]] of Object.entries(broken)) {
  test(`a broken link is found to ${kind}`, (context) => {
    assert.deepEqual(check(context, { ...FILES, 'README.md': `\n${text}\n` }), [`README.md:${line + 1}: ${problem}`]);
  });
}

test('what looks like a link in code is none', () => {
  assert.deepEqual(linksOf('```md\n[a](b)\n```\n`[a](b)` and ``a ` [a](b)``\n\n    ~~~\n[c](d)\n    ~~~\n[e](f)'), [{ target: 'f', line: 9 }]);
});

test('anchors follow GitHub\'s rule', () => {
  const slugs = {
    'Sign in, and out!': 'sign-in-and-out',
    'The `npm test -- WORDS` command': 'the-npm-test----words-command',
    'A [link](b.md) and *stress*': 'a-link-and-stress',
    'snake_case and __bold__ and _it_': 'snake_case-and-bold-and-it',
    '`__name__`': '__name__',
    'Größe & Ähnliches': 'größe--ähnliches',
    '1. First': '1-first',
    'D1 — SQL': 'd1--sql',
  };
  for (const [heading, slug] of Object.entries(slugs)) assert.equal(slugOf(heading), slug);
});

test('headings of the same name are numbered, and explicit anchors count', () => {
  const anchors = anchorsOf('# A\n## A\n## A #\nB\n===\n```\n# Code\n```\n<a id="here"></a>\n#no heading\n');
  assert.deepEqual([...anchors].sort(), ['a', 'a-1', 'a-2', 'b', 'here']);
});
