// Bounds the memory of a WebAssembly module, for engines that take no limit from outside.
//
// Source of the format: WebAssembly Core Specification, section 5.5 (sections) and 5.3.8 (limits).

const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/** The module with memories of at most so many pages of 64 KiB, whatever it declares itself. */
export function limitMemory(module, mostPages) {
  const parts = [module.subarray(0, HEADER_BYTES)];
  for (let at = HEADER_BYTES; at < module.length; ) {
    const [size, content] = readNumber(module, at + 1);
    const end = content + size;
    const section = module.subarray(at, end);
    parts.push(module[at] === MEMORY_SECTION ? limitSection(module.subarray(content, end), mostPages) : section);
    at = end;
  }
  return Buffer.concat(parts);
}

function limitSection(section, mostPages) {
  const [count, first] = readNumber(section, 0);
  const memories = [];
  for (let at = first, left = count; left > 0; left--) {
    const flags = section[at];
    if (flags > HAS_MAXIMUM) throw new Error(`a memory with the flags ${flags}, of a proposal, is not known here`);
    const [least, afterLeast] = readNumber(section, at + 1);
    const [most, after] = flags === HAS_MAXIMUM ? readNumber(section, afterLeast) : [Infinity, afterLeast];
    memories.push(HAS_MAXIMUM, ...number(least), ...number(Math.min(most, mostPages)));
    at = after;
  }
  const content = [...number(count), ...memories];
  return Buffer.from([MEMORY_SECTION, ...number(content.length), ...content]);
}

/** An unsigned number in LEB128, and where it ends. */
function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function number(value) {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...number(Math.floor(value / 0x80))];
}
