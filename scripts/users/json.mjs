// Reads objects of JSON lines, of a JSON array, or of an object whose member `users` is an array, as they stream in: an export may
// be larger than memory.

import { Failure } from '../shared.mjs';

/** Yields `{ line, record }` for each object; `line` is where it begins. */
export async function* readJson(chunks) {
  let [line, begin, depth, text, inString, isEscaped, outer] = [1, 1, 0, '', false, false, ''];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const character = chunk[at];
      if (character === '\n') line += 1;
      if (depth === 0) {
        if (character !== '{') {
          outer += character.trim();
          if (outer.length > 200 || /[^\s[\],:}"\w]/.test(character)) throw new Failure(`Line ${line}: expected an object that begins with {`);
          continue;
        }
        [depth, from, begin, text] = [1, at, line, ''];
        continue;
      }
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (character === '\\') isEscaped = true;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
      else if (character === '[' && depth === 1 && outer === '' && /^\{\s*"users"\s*:\s*$/.test(text + chunk.slice(from, at))) {
        // The users of Firebase's export: each of them is an object of its own.
        [depth, text] = [0, ''];
        continue;
      }
      if (depth > 0) continue;
      yield { line: begin, record: parse(text + chunk.slice(from, at + 1), begin) };
      [text, outer] = ['', ','];
    }
    if (depth > 0) text += chunk.slice(from);
  }
  if (depth > 0) throw new Failure(`Line ${begin}: an object never ends`);
}

function parse(text, line) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`Line ${line}: not JSON: ${error.message}`);
  }
}
