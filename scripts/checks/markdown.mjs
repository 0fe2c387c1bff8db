// Reads the links and the anchors of a Markdown file, as GitHub renders it.

/** A code block hides what looks like a link; it is blanked out, so that line numbers stay. */
export function withoutCodeBlocks(text) {
  let fence;
  return text.split('\n').map((line) => {
    const [, mark] = /^\s*(?:>\s*)*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined && mark) fence = mark;
    else if (fence === undefined) return line;
    else if (mark?.startsWith(fence) && line.trim().endsWith(mark)) fence = undefined;
    return '';
  }).join('\n');
}

const INLINE_CODE = /(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g;
// [text](target "title"), also with brackets or an image in the text, and with <target>.
const INLINE_LINK = /\]\(\s*(?:<([^>\n]*)>|((?:[^\s()]|\([^\s()]*\))+))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g;
const REFERENCE = /^ {0,3}\[[^\]^][^\]]*\]:\s*(?:<([^>\n]*)>|(\S+))/gm;
const HTML = /<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

/** Every link as `{ target, line }`, in the order of the file. */
export function linksOf(markdown) {
  const text = withoutCodeBlocks(markdown).replace(INLINE_CODE, (code) => code.replace(/[^\n]/g, ' '));
  return [INLINE_LINK, REFERENCE, HTML].flatMap((pattern) => [...text.matchAll(pattern)])
    .sort((one, other) => one.index - other.index)
    .map((match) => ({ target: match[1] ?? match[2], line: text.slice(0, match.index).split('\n').length }));
}

/** The fragments that lead to a heading or an explicit anchor. */
export function anchorsOf(markdown) {
  const text = withoutCodeBlocks(markdown);
  const headings = [...text.matchAll(/^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$|^(?! {0,3}(?:[-*+>|#]|\d+\.))(\S.*)\n {0,3}(?:=+|-+)[ \t]*$/gm)];
  const anchors = new Set([...text.matchAll(/<[^>]*\s(?:id|name)\s*=\s*["']([^"']+)["']/gi)].map(([, name]) => name));
  const counts = new Map();
  for (const [, atx, setext] of headings) {
    const slug = slugOf(atx ?? setext);
    let unique = slug;
    // The second heading of a name gets -1, unless another heading has that name already.
    while (counts.has(unique)) {
      counts.set(slug, counts.get(slug) + 1);
      unique = `${slug}-${counts.get(slug)}`;
    }
    counts.set(unique, 0);
    anchors.add(unique);
  }
  return anchors;
}

/** GitHub's rule: the text in lower case without punctuation, each space a hyphen. */
export function slugOf(heading) {
  const text = heading
    .replace(/!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/<[^>]+>/g, '')
    .replace(/(?<![\p{L}\p{N}])_+(?=\S)|(?<=\S)_+(?![\p{L}\p{N}])/gu, (marks, at, all) => (isCode(all, at) ? marks : ''));
  return text.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
}

const isCode = (text, at) => text.slice(0, at).split('`').length % 2 === 0;
