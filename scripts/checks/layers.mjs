// The check of the architecture: each folder of src is a layer that may use itself and lower layers, and no files use each other
// in a circle. `use` declarations, paths inside code and re-exports count. Code for tests is exempt, since tests look at a layer
// through higher ones: what is below `#[cfg(test)]`, and the files that such a `mod` declares. It is counted in the summary.

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Failure, inProject } from '../shared.mjs';
import { findCircles } from './circles.mjs';
import { readImports } from './rust-imports.mjs';

/** From the lowest to the highest. */
export const LAYERS = [
  'platform', 'domain', 'argon2id', 'auth', 'rate_limit', 'config', 'email', 'store', 'router', 'error', 'http', 'context', 'pagination',
  'handlers', 'cleanup', 'debug', 'service_binding', 'app', 'lib',
];

export function checkLayers() {
  const { problems, files, uses, exempt } = findLayerProblems(inProject('src'), LAYERS);
  if (problems.length > 0) throw new Failure(`Uses in src violate the layers that scripts/checks/layers.mjs declares:\n${problems.join('\n')}`);
  console.log(`${uses} uses between ${files} files of src follow the layers; ${exempt} more are in code for tests`);
}

export function findLayerProblems(folder, layers) {
  const crate = readCrate(folder);
  const edges = crate.edges();
  const checked = edges.filter(({ isTest }) => !isTest);
  return {
    problems: [...unknownLayers(crate, layers), ...upwardUses(checked, layers), ...findCircles(checked)],
    files: crate.files.length,
    uses: checked.length,
    exempt: edges.length - checked.length,
  };
}

const layerOf = (module) => module[0] ?? 'lib';

function unknownLayers({ files }, layers) {
  const unknown = files.filter(({ module }) => !layers.includes(layerOf(module)));
  return unknown.map(({ name, module }) => `${name}:1: ${layerOf(module)} is not a declared layer`);
}

function upwardUses(edges, layers) {
  const rank = (file) => layers.indexOf(layerOf(file.module));
  return edges.filter(({ from, to }) => rank(from) < rank(to)).map(({ from, to, path, line }) =>
    `${from.name}:${line}: ${layerOf(from.module)} may not use ${path.join('::')}: ${layerOf(to.module)} is a higher layer`);
}

function readCrate(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.rs')).sort();
  const files = names.map((name) => {
    const module = moduleOf(name);
    return { name: join('src', name), module, ...readImports(readFileSync(join(folder, name), 'utf8'), module) };
  });
  return new Crate(files);
}

/** `a/b.rs` and `a/b/mod.rs` are the module a::b; lib.rs is the root. */
function moduleOf(name) {
  const names = name.slice(0, -'.rs'.length).split(sep);
  return ['mod', 'lib'].includes(names.at(-1)) ? names.slice(0, -1) : names;
}

class Crate {
  constructor(files) {
    this.files = files;
    this.modules = new Map();
    for (const file of files) {
      for (const module of [...file.inlineModules, file.module]) this.modules.set(module.join('::'), file);
    }
    this.testModules = files.flatMap(({ testModules }) => testModules.map((module) => module.join('::')));
  }

  /** Every use of one file by another: `{ from, to, path, line, isTest }`. */
  edges() {
    return this.files.flatMap((from) => [...from.uses, ...from.exports.filter((one) => !this.isFacade(one))].flatMap((use) => {
      const path = this.absolute(use);
      const to = path && this.fileOf(path);
      if (!to || to === from) return [];
      return [{ from, to, path: ['crate', ...path], line: use.line, isTest: use.isTest || this.isForTests(from) || this.isForTests(to) }];
    }));
  }

  isForTests({ module }) {
    return this.testModules.some((test) => `${module.join('::')}::`.startsWith(`${test}::`));
  }

  /** Whether a module only re-exports what a module below it defines: a use of that name then depends on the latter. */
  isFacade(use) {
    const path = this.absolute(use);
    return path !== undefined && path.length > use.scope.length && use.scope.every((name, index) => path[index] === name);
  }

  /** The path from the root of the crate, or undefined if it leads into another crate. */
  absolute({ path: [first, ...rest], scope }) {
    if (first === 'crate') return rest;
    if (first === 'self' || first === 'super') {
      const base = first === 'self' ? scope : scope.slice(0, -1);
      return rest[0] === 'super' ? this.absolute({ path: rest, scope: base }) : [...base, ...rest];
    }
    return this.modules.has([...scope, first].join('::')) ? [...scope, first, ...rest] : undefined;
  }

  /** The file that defines what a path names, behind any re-exports. */
  fileOf(path, visited = new Set()) {
    const key = path.join('::');
    if (visited.has(key)) return undefined;
    visited.add(key);
    let length = path.length;
    while (length > 0 && !this.modules.has(path.slice(0, length).join('::'))) length -= 1;
    const scope = path.slice(0, length).join('::');
    const file = this.modules.get(scope);
    const name = path[length];
    if (!file || name === undefined || name === '*') return file;
    const found = file.exports.find((one) => one.name === name && one.scope.join('::') === scope);
    const target = found && this.absolute(found);
    return (target && this.fileOf(target, visited)) ?? file;
  }
}
