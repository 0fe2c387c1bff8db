// The canonical form of an email address by the Worker's rules, src/domain/email.rs: an import must store addresses as sign-in
// looks them up.

import { domainToAscii, foldLocalPart } from '../../src/platform/email_spelling.js';

const MAX_CHARACTERS = 254;
const MAX_LOCAL_CHARACTERS = 64;
const ATOMS = /^(?:[\w!#$%&'*+\-/=?^`{|}~]|[^\0-\x7f])+(?:\.(?:[\w!#$%&'*+\-/=?^`{|}~]|[^\0-\x7f])+)*$/u;
const SYMBOL_BEYOND_ASCII = /[^\0-\x7f\p{L}\p{M}\p{N}]|\p{Default_Ignorable_Code_Point}/u;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const length = (text) => [...text].length;

/** The canonical form, or undefined where the text is no address. */
export function canonicalEmail(text) {
  const trimmed = text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
  const at = trimmed.lastIndexOf('@');
  if (at === -1 || trimmed.length > 2 * MAX_CHARACTERS || !trimmed.isWellFormed()) return undefined;
  const local = foldLocalPart(trimmed.slice(0, at));
  if (length(local) > MAX_LOCAL_CHARACTERS || !ATOMS.test(local) || (SYMBOL_BEYOND_ASCII.test(local))) return undefined;
  const typed = trimmed.slice(at + 1);
  if (!/^(?:[a-z0-9.-]|[^\0-\x7f])+$/iu.test(typed)) return undefined;
  const domain = domainToAscii(typed);
  if (domain === undefined || !DOMAIN.test(domain)) return undefined;
  const email = `${local}@${domain}`;
  return length(email) <= MAX_CHARACTERS ? email : undefined;
}
