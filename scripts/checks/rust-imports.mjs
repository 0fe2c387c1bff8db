// Reads from one Rust file which paths of the crate it uses: `use` declarations with all their groups, and paths inside code.

import { tokenize } from './rust-tokens.mjs';

const IDENTIFIER = /^[\p{L}_]/u;
/** The keywords with which an item begins; anything else behind an attribute is a field, a variant, an arm or a statement. */
const ITEMS = ['fn', 'async', 'unsafe', 'extern', 'mod', 'impl', 'struct', 'enum', 'union', 'trait', 'type', 'const', 'static', 'macro_rules'];

/**
 * For the file of the module `module`, an array of names:
 * - `uses` are `{ path, line, scope, isTest }`, with `path` as written and `scope` the module it is written in;
 * - `exports` are `pub use` declarations, which have besides that the exported `name`, or `*`;
 * - `testModules` are the modules that the file declares for tests only.
 */
export function readImports(source, module) {
  return new Reader(tokenize(source), module).read();
}

class Reader {
  result = { uses: [], exports: [], testModules: [], inlineModules: [] };

  /** The braces around the current token, and the parentheses and square brackets. */
  braces = 0;
  brackets = 0;
  /** The item behind `#[cfg(test)]` up to its end or its braces, then the number of braces inside which all is for tests. */
  testItem;
  testBraces = Infinity;

  constructor(tokens, module) {
    this.tokens = tokens;
    this.scopes = [{ module, braces: 0 }];
  }

  read() {
    for (this.at = 0; this.at < this.tokens.length; this.at += 1) {
      const text = this.text(0);
      if (text === '#' && this.text(1) === '[') this.readAttribute();
      else if (text === '{' || text === '}') this.readBrace(text);
      else if (text === '(' || text === '[') this.brackets += 1;
      else if (text === ')' || text === ']') this.brackets -= 1;
      else if (text === ';' || text === ',') this.endTestItem(text);
      else if (text === 'pub' || text === 'use') this.readDeclaration();
      else this.readOther(text);
    }
    return this.result;
  }

  readOther(text) {
    if (this.testItem) this.testItem.isItem ??= ITEMS.includes(text);
    if (text === 'mod' && IDENTIFIER.test(this.text(1))) this.readModule();
    else if (IDENTIFIER.test(text) && this.text(1) === '::' && this.text(-1) !== '::') this.readPath();
  }

  readBrace(text) {
    if (text === '{') {
      this.braces += 1;
      if (this.testItem) this.testBraces = Math.min(this.testBraces, this.braces);
    } else {
      if (this.braces === this.testBraces) this.testBraces = Infinity;
      if (this.scopes.length > 1 && this.scopes.at(-1).braces === this.braces) this.scopes.pop();
      this.braces -= 1;
    }
    this.testItem = undefined;
  }

  /** A comma ends a field or a variant, but inside an item it separates parameters. */
  endTestItem(text) {
    if (this.testItem?.brackets === this.brackets && (text === ';' || !this.testItem.isItem)) this.testItem = undefined;
  }

  get isTest() {
    return this.testItem !== undefined || this.testBraces < Infinity;
  }

  text(offset) {
    return this.tokens[this.at + offset]?.text ?? '';
  }

  get scope() {
    return this.scopes.at(-1).module;
  }

  add(list, entry) {
    list.push({ ...entry, scope: this.scope, isTest: this.isTest });
  }

  readAttribute() {
    const names = [];
    let depth = 0;
    for (this.at += 1; this.at < this.tokens.length; this.at += 1) {
      if (this.text(0) === '[') depth += 1;
      else if (this.text(0) === ']') depth -= 1;
      else names.push(this.text(0));
      if (depth === 0) break;
    }
    const attribute = names.join('');
    const isForTests = /^cfg\((?:all\(.*\b)?test\b/.test(attribute) && !/\b(?:not|any)\(/.test(attribute);
    if (isForTests) this.testItem ??= { brackets: this.brackets };
  }

  /** `mod name;` is a file of its own, `mod name {` a scope in this one. */
  readModule() {
    const module = [...this.scope, this.text(1)];
    this.at += 1;
    if (this.text(1) === '{') {
      this.scopes.push({ module, braces: this.braces + 1 });
      this.result.inlineModules.push(module);
    } else if (this.isTest) this.result.testModules.push(module);
  }

  /** Reads `use …;` with its visibility, or skips the visibility of something else: `pub(in crate::a)` uses nothing. */
  readDeclaration() {
    const isPublic = this.text(0) === 'pub';
    if (isPublic && this.text(1) === '(') while (this.text(0) !== ')' && this.text(0) !== '') this.at += 1;
    if (isPublic && this.text(1) !== 'use') return;
    if (isPublic) this.at += 1;
    // `impl Trait + use<'a>` is no import.
    if (this.text(1) === '<') return;
    this.at += 1;
    this.readTree([], isPublic);
    this.testItem = undefined;
  }

  /** One branch of a `use` declaration; ends on the token behind it. */
  readTree(prefix, isPublic) {
    const path = [...prefix];
    const { line } = this.tokens[this.at];
    // `::name` is always another crate.
    const isForeign = prefix.length === 0 && this.text(0) === '::';
    for (; this.at < this.tokens.length; this.at += 1) {
      const text = this.text(0);
      if (text === '::') continue;
      if (text === '{') return this.readGroup(path, isPublic && !isForeign);
      if (text === '*') path.push('*');
      else if (IDENTIFIER.test(text) && text !== 'as') path.push(text);
      if (this.text(1) !== '::') break;
    }
    this.at += 1;
    let name = path.at(-1);
    if (this.text(0) === 'as') {
      name = this.text(1);
      this.at += 2;
    }
    // In a group, `self` is the module before the braces.
    if (prefix.length > 0 && path.at(-1) === 'self') {
      path.pop();
      if (name === 'self') name = path.at(-1);
    }
    if (isForeign) return;
    if (isPublic) this.add(this.result.exports, { path, name, line });
    else this.add(this.result.uses, { path, line });
  }

  readGroup(prefix, isPublic) {
    this.at += 1;
    while (this.at < this.tokens.length && this.text(0) !== '}') {
      if (this.text(0) === ',') this.at += 1;
      else this.readTree(prefix, isPublic);
    }
    this.at += 1;
  }

  /** A path inside code. Without `crate`, `self` or `super` in front it may begin with a module that is declared here. */
  readPath() {
    const { line } = this.tokens[this.at];
    const path = [this.text(0)];
    while (this.text(1) === '::' && IDENTIFIER.test(this.text(2))) {
      path.push(this.text(2));
      this.at += 2;
    }
    this.add(this.result.uses, { path, line });
  }
}
