// Reads CSV (RFC 4180) as it streams in: quoted fields may hold commas, quotes and line breaks, so lines cannot be split first.

import { Failure } from '../shared.mjs';

/** Yields `{ line, fields }` for each row that is not empty; `line` is where the row begins. */
export async function* readCsv(chunks) {
  let [line, begin, fields, field, isQuoted, wasQuoted, pending] = [1, 1, [], '', false, false, ''];
  const endField = () => {
    fields.push(field);
    [field, wasQuoted] = ['', false];
  };
  const isEmpty = () => fields.length === 1 && fields[0] === '';
  for await (const chunk of chunks) {
    const text = pending + chunk;
    // A quote and a carriage return depend on what follows them.
    const end = /["\r]$/.test(text) ? text.length - 1 : text.length;
    let at = 0;
    for (; at < end; at += 1) {
      const character = text[at];
      if (character === '\n') line += 1;
      if (isQuoted) {
        if (character !== '"') field += character;
        else if (text[at + 1] === '"') field += text[at += 1];
        else [isQuoted, wasQuoted] = [false, true];
      } else if (character === '"' && field === '' && !wasQuoted) isQuoted = true;
      else if (character === ',') endField();
      else if (character === '\n' || (character === '\r' && text[at + 1] !== '\n')) {
        endField();
        if (!isEmpty()) yield { line: begin, fields };
        [fields, begin] = [[], line];
      } else if (character !== '\r') {
        if (wasQuoted) throw new Failure(`Line ${line}: text follows the closing quote of a field: double the quotes within it`);
        field += character;
      }
    }
    // A pair of quotes was read whole.
    pending = text.slice(at);
  }
  if (isQuoted && pending !== '"') throw new Failure(`Line ${begin}: a quoted field never ends`);
  endField();
  if (!isEmpty()) yield { line: begin, fields };
}

/** One row of CSV; null is an empty field. */
export const csvRow = (fields) => `${fields.map((field) => {
  const text = String(field ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}).join(',')}\r\n`;
