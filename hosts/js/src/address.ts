/**
 * The kinds of addresses. Only the public internet may be reached without a grant of the address.
 *
 * Source of the kinds: IANA's special-purpose address registries.
 */

import { type Address, anyV6Of, mapped, v4Of } from "./ip.js";

/** Addresses that share their first bits. */
export interface Range {
  readonly first: Address;
  /** How many of the last bits are free. */
  readonly free: bigint;
}

/** Reads an address; undefined if the text is not one. An IPv4 address that is written as IPv6 is read as IPv4. */
export function addressOf(text: string): Address | undefined {
  // Without the zone of a link, which names an interface of this machine.
  const [bare = ""] = text.split("%");
  const address = v4Of(bare) ?? anyV6Of(bare);
  return address === undefined ? undefined : (mapped(address) ?? address);
}

/** Reads a range, or one address alone. Text: why it is not valid. */
export function rangeOf(text: string): Range | string {
  const [address = "", prefix, ...rest] = text.split("/");
  const first = addressOf(address);
  if (first === undefined || rest.length > 0) return "write 10.0.0.0/8, fd00::/8 or one address alone";
  if (address.includes(":") && first.width === 32) return "it holds mapped IPv4 addresses; write the IPv4 range";
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return "what follows the slash is not a number";
  const free = first.width - Number(prefix ?? first.width);
  if (free < 0) return "it has more bits than the address";
  const range = { first, free: BigInt(free) };
  if ((first.bits >> range.free) << range.free === first.bits) return range;
  // A slip of the prefix would grant more than was meant.
  return "the address has bits behind the prefix; write the first address of the range";
}

export function isWithin(address: Address, { first, free }: Range): boolean {
  return address.width === first.width && address.bits >> free === first.bits >> free;
}

/** The kind of an address that is not global; undefined if it is. */
export function specialKind(address: Address): string | undefined {
  for (const contacted of carried(address)) {
    const kind = KINDS.find(([range]) => isWithin(contacted, range))?.[1];
    if (kind !== undefined) return kind;
  }
  return undefined;
}

export function isLoopback(address: Address): boolean {
  return specialKind(address) === "loopback";
}

/** The addresses that are contacted: those of IPv4 that an address of IPv6 is made of, or itself. */
function carried(address: Address): readonly Address[] {
  const v4 = (bits: bigint): Address => ({ bits: bits & 0xffff_ffffn, width: 32 });
  const { bits, width } = address;
  if (width === 32) return [address];
  if (isWithin(address, NAT64)) return [v4(bits)];
  if (isWithin(address, SIX_TO_FOUR)) return [v4(bits >> 80n)];
  // The server, and the client with its bits turned over.
  if (isWithin(address, TEREDO)) return [v4(bits >> 64n), v4(~bits)];
  return [address];
}

const METADATA = "a cloud's metadata service, which hands out credentials";

/** Ranges and their kinds. The first range that holds an address decides. */
const KINDS = (
  [
    ["169.254.169.254", METADATA],
    // A public address that leads to a cloud's own service from within that cloud.
    ["168.63.129.16", METADATA],
    ["0.0.0.0/8", "unspecified"],
    ["127.0.0.0/8", "loopback"],
    ["10.0.0.0/8", "private"],
    ["172.16.0.0/12", "private"],
    ["192.168.0.0/16", "private"],
    ["169.254.0.0/16", "link-local"],
    ["100.64.0.0/10", "carrier-grade NAT"],
    ["192.0.2.0/24", "documentation"],
    ["198.51.100.0/24", "documentation"],
    ["203.0.113.0/24", "documentation"],
    ["198.18.0.0/15", "benchmarking"],
    ["224.0.0.0/4", "multicast"],
    ["255.255.255.255", "broadcast"],
    ["192.0.0.0/24", "reserved"],
    ["192.88.99.0/24", "reserved"],
    ["240.0.0.0/4", "reserved"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["fd00:ec2::254", METADATA],
    ["2001:db8::/32", "documentation"],
    ["3fff::/20", "documentation"],
    ["2001:2::/48", "benchmarking"],
    ["2001::/23", "reserved"],
    ["2000::/3", undefined],
    ["fc00::/7", "unique-local"],
    ["fe80::/10", "link-local"],
    ["ff00::/8", "multicast"],
    // All the rest, withdrawn ways to carry IPv4 included.
    ["::/0", "reserved"],
  ] as const
).map(([text, kind]) => [known(text), kind] as const);

const NAT64 = known("64:ff9b::/96");
const SIX_TO_FOUR = known("2002::/16");
const TEREDO = known("2001::/32");

function known(text: string): Range {
  const range = rangeOf(text);
  if (typeof range === "string") throw new Error(`${text}: ${range}`);
  return range;
}
