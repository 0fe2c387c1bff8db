import assert from 'node:assert/strict';
import { test } from 'node:test';
import { removeExports } from './wasm-exports.mjs';

/** A module whose functions return their own number, each exported under its name; one name is longer than one byte can count. */
const names = ['first', 'second', 'x'.repeat(200), 'günther'];
function createModule() {
  const size = (bytes) => (bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]);
  const section = (id, bytes) => [id, ...size(bytes), ...bytes];
  const exported = names.flatMap((name, index) => [...size(Buffer.from(name)), ...Buffer.from(name), 0, index]);
  return Buffer.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 1, 0x7f]),
    ...section(3, [names.length, ...names.map(() => 0)]),
    ...section(7, [names.length, ...exported]),
    ...section(10, [names.length, ...names.flatMap((_, index) => [4, 0, 0x41, index, 0x0b])]),
  ]);
}

test('removes the other exports and nothing else', () => {
  for (const kept of [names, names.slice(1), names.slice(2), ['first'], ['günther'], []]) {
    const module = new WebAssembly.Module(removeExports(createModule(), (name) => kept.includes(name)));
    const { exports } = new WebAssembly.Instance(module);
    assert.deepEqual(Object.keys(exports), kept);
    for (const name of kept) assert.equal(exports[name](), names.indexOf(name));
  }
});
