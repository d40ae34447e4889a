/** Reads and writes addresses. Does not need Node, because pages use it too. */

/** An address as a number. */
export interface Address {
  readonly bits: bigint;
  readonly width: 32 | 128;
}

const V4_PART = /^(?:0|[1-9]\d{0,2})$/;
const V6_GROUP = /^[0-9a-fA-F]{1,4}$/;

/**
 * Reads an IPv4 address; undefined if the text is not one. It has four parts without leading zeros, which readers
 * disagree about.
 */
export function v4Of(text: string): Address | undefined {
  const parts = text.split(".");
  const valid = parts.length === 4 && parts.every((part) => V4_PART.test(part) && Number(part) <= 255);
  return valid ? { bits: joined(parts.map(Number), 8), width: 32 } : undefined;
}

/** Reads an IPv6 address without brackets and zone; undefined if the text is not one, or is IPv4 written as IPv6. */
export function v6Of(text: string): Address | undefined {
  const address = anyV6Of(text);
  return address === undefined || mapped(address) !== undefined ? undefined : address;
}

/** Reads an IPv6 address in any spelling, also IPv4 written as IPv6. */
export function anyV6Of(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...head, ...(tail ?? [])].flatMap((group, place, all) => {
    const v4 = place === all.length - 1 && group.includes(".") ? v4Of(group) : undefined;
    if (v4 !== undefined) return [Number(v4.bits >> 16n), Number(v4.bits & 0xffffn)];
    return [V6_GROUP.test(group) ? Number.parseInt(group, 16) : Number.NaN];
  });
  // Two colons stand for at least one group of zeros.
  const wrong = groups.some(Number.isNaN) || (tail === undefined ? groups.length !== 8 : groups.length > 7);
  if (wrong || (tail?.length === 0 && head.at(-1)?.includes("."))) return undefined;
  const zeros = tail === undefined ? [] : new Array<number>(8 - groups.length).fill(0);
  return { bits: joined([...groups.slice(0, head.length), ...zeros, ...groups.slice(head.length)], 16), width: 128 };
}

/** Returns the IPv4 address that an IPv6 address contains, if it is IPv4 written as IPv6. */
export function mapped({ bits, width }: Address): Address | undefined {
  return width === 128 && bits >> 32n === 0xffffn ? { bits: bits & 0xffff_ffffn, width: 32 } : undefined;
}

/** Returns the normal form of an IPv6 address. Source: RFC 5952, section 4. */
export function v6Text({ bits }: Address): string {
  const groups = Array.from({ length: 8 }, (_, place) => ((bits >> BigInt(112 - 16 * place)) & 0xffffn).toString(16));
  const zerosFrom = (start: number) => {
    const end = groups.findIndex((group, place) => place >= start && group !== "0");
    return (end < 0 ? groups.length : end) - start;
  };
  const lengths = groups.map((_, place) => zerosFrom(place));
  const longest = Math.max(...lengths);
  if (longest < 2) return groups.join(":");
  // The first of the longest runs of zeros.
  const start = lengths.indexOf(longest);
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + longest).join(":")}`;
}

function joined(parts: readonly number[], width: number): bigint {
  return parts.reduce((bits, part) => (bits << BigInt(width)) | BigInt(part), 0n);
}
