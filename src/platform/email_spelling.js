// The one spelling of a mailbox beyond ASCII, by JavaScript's own Unicode tables. The Worker spells new addresses by it, and
// scripts/respell.mjs those that were stored before.

const DOTTED_CAPITAL_I = '\u0130';
const DOTLESS_I = '\u0131';
const isSingle = (text) => [...text].length === 1;

/**
 * Simple case folding of one character (Unicode, CaseFolding.txt, statuses C and S): the lower case of the upper case, so that
 * `ς` and `σ` meet in `Σ`, where each of the two is a single character, so that `ß` stays. The exceptions have other entries there.
 */
function fold(character) {
  // The upper case of ı is I, whose lower case is another letter.
  if (character === DOTLESS_I) return character;
  // No single character: as two it equals its canonical decomposition, folded.
  if (character === DOTTED_CAPITAL_I) return 'i\u0307';
  // Two ligatures of the same letters, without an upper case of their own.
  if (character === '\uFB05') return '\uFB06';
  // Cherokee folds to its capitals, which are older than its small letters.
  if (/[\u13A0-\u13F5\u13F8-\u13FD\uAB70-\uABBF]/.test(character)) return character.toUpperCase();
  const upper = character.toUpperCase();
  const lower = (isSingle(upper) ? upper : character).toLowerCase();
  return isSingle(lower) ? lower : character;
}

/** The local part of an address, folded character by character, in Normalization Form C before and after. */
export function foldLocalPart(text) {
  return [...text.normalize('NFC')].map(fold).join('').normalize('NFC');
}

/** Runtimes do not check labels that are encoded already, unless another one is not: so this one goes in front. */
const UNENCODED_LABEL = 'ü.';

/**
 * The ASCII form of a domain (UTS 46, non-transitional, as the URL standard applies it); undefined where it has none. The caller
 * must have rejected every ASCII character that is not a letter, a digit, a hyphen or a dot: others end the host of a URL.
 */
export function domainToAscii(domain) {
  const host = URL.parse(`http://${UNENCODED_LABEL}${domain}/`)?.hostname;
  return host?.slice(host.indexOf('.') + 1);
}
