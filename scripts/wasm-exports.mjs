// Removes exports from a WebAssembly module. The crate `worker` exports classes for R2, containers and streams that nothing here
// uses; wasm-opt removes the code behind an export only once the export is gone. `wasm-metadce` could do it, but puts the functions
// into an order that compresses worse.

const HEADER_BYTES = 8;
/** The id of the export section (WebAssembly core specification, section 5.5.10). */
const EXPORTS = 7;

/** The module with only those exports whose name `isKept`. */
export function removeExports(module, isKept) {
  const parts = [module.subarray(0, HEADER_BYTES)];
  for (let start = HEADER_BYTES; start < module.length;) {
    const [size, content] = readNumber(module, start + 1);
    const end = content + size;
    if (module[start] === EXPORTS) {
      const kept = readExports(module, content).filter(({ name }) => isKept(name)).map(({ bytes }) => bytes);
      const section = Buffer.concat([writeNumber(kept.length), ...kept]);
      parts.push(Buffer.of(EXPORTS), writeNumber(section.length), section);
    } else {
      parts.push(module.subarray(start, end));
    }
    start = end;
  }
  return Buffer.concat(parts);
}

/** Each export's name, and its bytes: the name, a byte for the kind, and an index. */
function readExports(module, section) {
  const exports = [];
  let [count, start] = readNumber(module, section);
  for (; count > 0; count -= 1) {
    const [length, text] = readNumber(module, start);
    const [, end] = readNumber(module, text + length + 1);
    exports.push({ name: module.toString('utf8', text, text + length), bytes: module.subarray(start, end) });
    start = end;
  }
  return exports;
}

/** An unsigned number in LEB128, and where it ends. */
function readNumber(bytes, start) {
  for (let number = 0, position = start, factor = 1; ; position += 1, factor *= 128) {
    number += (bytes[position] & 127) * factor;
    if (bytes[position] < 128) return [number, position + 1];
  }
}

function writeNumber(number) {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number & 127) | 128);
  return Buffer.from([...bytes, number]);
}
