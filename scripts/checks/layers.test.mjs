// The check of the layers on small crates: that it finds what it must, through every form in which Rust writes a path.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findLayerProblems } from './layers.mjs';

const LAYERS = ['low', 'middle', 'high', 'lib'];

/** The problems of a crate with these files; lib.rs and the folders' mod.rs are empty unless given. */
function check(context, files) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-layers-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries({ 'lib.rs': '', 'low/mod.rs': '', 'middle/mod.rs': '', 'high/mod.rs': '', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return findLayerProblems(folder, LAYERS);
}

test('a use of the same layer or a lower one passes', (context) => {
  const { problems, uses } = check(context, {
    'high/a.rs': 'use crate::{low::L, middle::{self, M}};\nuse super::b::B;\nuse std::fmt;',
    'high/b.rs': 'use crate::low;',
  });
  assert.deepEqual([problems, uses], [[], 5]);
});

const upward = {
  'a plain declaration': 'use crate::high::H;',
  'a nested group over several lines': 'use crate::{\n    low::{A, B},\n    high,\n};',
  'a group in a group': 'use crate::{high::{x::{H}}};',
  'a renamed import': 'use crate::high::H as Other;',
  'a glob': 'use crate::high::*;',
  'super from the folder': 'use super::super::high::H;',
  'a path inside code': 'fn f() -> crate::high::H { todo() }',
  'a path with $crate in a macro': 'macro_rules! m { () => { $crate::high::f() } }',
  'a re-export': 'pub(crate) use crate::high::H;',
  'super inside an inline module': 'mod inner {\n    use super::super::super::high::H;\n}',
  'a declaration behind a raw identifier and a lifetime': "fn r#type<'a>(a: &'a str) -> char { '\"' }\nuse crate::high::H;",
  'a declaration behind test code': '#[cfg(test)]\nfn t(a: u8, b: [u8; 2]) -> u8 { a }\nuse crate::high::H;',
  'a declaration behind a field for tests': 'struct S {\n    #[cfg(test)]\n    a: u8,\n    b: crate::high::H,\n}',
  'a declaration that is not for tests': '#[cfg(not(test))]\nuse crate::high::H;',
};
for (const [form, source] of Object.entries(upward)) {
  test(`an upward use is found in ${form}`, (context) => {
    const line = source.slice(0, source.search(/high/)).split('\n').length;
    const { problems } = check(context, { 'low/a.rs': source });
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0], new RegExp(`^src/low/a\\.rs:${line}: low may not use crate::high\\S*: high is a higher layer$`));
  });
}

const unused = {
  'a line comment': '// use crate::high::H;',
  'a nested block comment': '/* a /* b */ use crate::high::H; */',
  'a string': 'const A: &str = "use crate::high::H; \\" crate::high";',
  'a raw string': 'const A: &str = r#"a " use crate::high::H;"#;',
  'a visibility': 'pub(in crate::high) fn f() {}',
  'another crate of the same name': 'use ::high::H;',
  'a longer name': 'use crate::low::high_water;',
};
for (const [place, source] of Object.entries(unused)) {
  test(`no use is seen in ${place}`, (context) => assert.deepEqual(check(context, { 'low/a.rs': source }).problems, []));
}

test('code for tests is exempt and counted', (context) => {
  const { problems, exempt } = check(context, {
    'low/mod.rs': '#[cfg(test)]\nmod a_tests;\n#[cfg(test)]\nmod tests {\n    use crate::high::H;\n    fn f() { crate::middle::g() }\n}',
    'low/a_tests.rs': 'use crate::high::H;',
    'low/b.rs': '#[cfg(test)]\nuse crate::{high::H, middle::M};\nuse crate::low;',
  });
  assert.deepEqual([problems, exempt], [[], 5]);
});

test('a file is not exempt for its name', (context) => {
  assert.equal(check(context, { 'low/tests.rs': 'use crate::high::H;' }).problems.length, 1);
});

test('a name belongs to the file that defines it, not to one that re-exports it', (context) => {
  const files = { 'lib.rs': 'pub use low::Low;\npub use high::a::High;', 'high/a.rs': '' };
  assert.deepEqual(check(context, { ...files, 'middle/a.rs': 'use crate::Low;' }).problems, []);
  assert.deepEqual(check(context, { ...files, 'middle/a.rs': 'use crate::High;' }).problems,
    ['src/middle/a.rs:1: middle may not use crate::High: high is a higher layer']);
});

test('the root itself is the highest layer', (context) => {
  assert.match(check(context, { 'high/a.rs': 'use crate::start;' }).problems[0], /high may not use crate::start: lib is a higher layer/);
});

test('a circle is found, also between files of one folder and through a third', (context) => {
  const { problems } = check(context, {
    'low/a.rs': 'use super::b::B;',
    'low/b.rs': '\nuse crate::low::{c::C};',
    'low/c.rs': 'fn f() { super::a::g() }',
    'low/d.rs': 'use crate::low::a::A;',
  });
  assert.deepEqual(problems, [
    'src/low/a.rs:1: a circle: src/low/a.rs:1 uses crate::low::b::B, src/low/b.rs:2 uses crate::low::c::C, src/low/c.rs:1 uses crate::low::a::g',
  ]);
});

test('a folder may re-export its files, but not use one that uses the folder\'s own items', (context) => {
  const child = { 'low/child.rs': 'use super::Shared;' };
  assert.deepEqual(check(context, { ...child, 'low/mod.rs': 'mod child;\npub use child::Child;\npub struct Shared;' }).problems, []);
  assert.match(check(context, { ...child, 'low/mod.rs': 'mod child;\nuse child::Child;\npub struct Shared;' }).problems[0], /^src\/low\/child\.rs:1: a circle|^src\/low\/mod\.rs:2: a circle/);
  assert.match(check(context, { ...child, 'low/mod.rs': 'mod child;\nfn f() { child::g() }' }).problems[0], /a circle/);
});

test('a file in no declared layer is found', (context) => {
  assert.deepEqual(check(context, { 'new/mod.rs': '', 'other.rs': '' }).problems,
    ['src/new/mod.rs:1: new is not a declared layer', 'src/other.rs:1: other is not a declared layer']);
});
