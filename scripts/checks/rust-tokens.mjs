// Splits Rust source into tokens, so that the check of the layers reads paths and not the text of comments and strings.

const SKIPPED = [
  /\s+/y,
  /\/\/[^\n]*/y,
  // Raw strings end at the quote with as many # as they began with.
  /(?:b|c)?r(#*)"[\s\S]*?"\1/y,
  /(?:b|c)?"(?:[^"\\]|\\[\s\S])*"/y,
  // A character, unlike a lifetime, has a closing quote.
  /b?'(?:[^'\\\n]|\\(?:u\{[^}]*\}|x[0-9a-fA-F]{2}|.))'/y,
  /'[A-Za-z_]\w*/y,
];
const TOKENS = [/(?:r#)?[\p{L}_][\p{L}\p{N}_]*/uy, /[0-9][\w.]*/y, /::/y, /[\s\S]/y];

/** The tokens as `{ text, line }`, without white space, comments, strings, characters and lifetimes. */
export function tokenize(source) {
  const tokens = [];
  let line = 1;
  for (let at = 0; at < source.length;) {
    const isBlockComment = source.startsWith('/*', at);
    const end = isBlockComment ? endOfBlockComment(source, at) : endOf(SKIPPED, source, at);
    const next = end ?? endOf(TOKENS, source, at);
    const text = source.slice(at, next);
    if (end === undefined) tokens.push({ text: text.replace(/^r#/, ''), line });
    line += text.split('\n').length - 1;
    at = next;
  }
  return tokens;
}

function endOf(patterns, source, at) {
  for (const pattern of patterns) {
    pattern.lastIndex = at;
    if (pattern.test(source)) return pattern.lastIndex;
  }
  return undefined;
}

/** Block comments nest in Rust. */
function endOfBlockComment(source, begin) {
  let depth = 0;
  for (let at = begin; at < source.length; at += 1) {
    if (source.startsWith('/*', at)) depth += 1;
    else if (source.startsWith('*/', at)) depth -= 1;
    else continue;
    at += 1;
    if (depth === 0) return at + 1;
  }
  return source.length;
}
