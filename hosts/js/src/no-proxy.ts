/**
 * The origins that are reached without a proxy, as `NO_PROXY` says. Commas or white space separate entries. An entry that
 * cannot be read is an error: otherwise a request could go through a proxy that its user did not want.
 *
 * `tests/vectors/no_proxy.json` holds the rules as a table that the tests of every host read.
 */

import { isWithin, type Range } from "./address.js";
import { anyV6Of, v4Of, v6Of } from "./ip.js";
import { hostOf, type Origin, parted, portOf } from "./origin.js";
import { quoted } from "./text.js";

/** Returns whether an origin is reached without a proxy. */
export type NoProxy = (origin: Origin) => boolean;

const FORMS = "write a name, an address, a range such as 10.0.0.0/8, or `*`; all but a range may be followed by :port";

/** Reads the list. Returns a text that says why, if it cannot be read. */
export function noProxyOf(text: string): NoProxy | string {
  const entries = text.split(/[,\p{White_Space}]+/u).filter((entry) => entry !== "");
  const read = entries.map((entry) => ({ entry, covers: entryOf(entry) }));
  const wrong = read.find(({ covers }) => covers === undefined)?.entry;
  if (wrong !== undefined) {
    const shown = wrong.includes("@") ? "an entry that holds `@`, and so is not shown," : `the entry ${quoted(wrong)}`;
    return `${shown} cannot be read; ${FORMS}`;
  }
  return (origin) => read.some(({ covers }) => covers?.(origin) === true);
}

function entryOf(text: string): NoProxy | undefined {
  if (text.includes("/")) {
    const range = rangeOf(text);
    return range && (({ address }) => address !== undefined && isWithin(address, range));
  }
  // As in curl, an IPv6 address may have no brackets.
  if (anyV6Of(text) !== undefined) return hostsOf(`[${text}]`);
  const [host, digits] = parted(text);
  const covers = hostsOf(host);
  if (digits === undefined || covers === undefined) return covers;
  const port = portOf(digits);
  if (port === undefined) return undefined;
  return (origin) => origin.port === port && covers(origin);
}

function hostsOf(text: string): NoProxy | undefined {
  if (text === "*") return () => true;
  // As in curl, a fully qualified name may end in a dot.
  const bare = text.endsWith(".") ? text.slice(0, -1) : text;
  if (bare.startsWith("*.")) {
    const above = nameOf(bare.slice(2));
    if (above === undefined) return undefined;
    return ({ host, address }) => address === undefined && host.endsWith(`.${above}`);
  }
  const above = nameOf(bare.startsWith(".") ? bare.slice(1) : bare);
  if (above !== undefined) {
    return ({ host, address }) => address === undefined && (host === above || host.endsWith(`.${above}`));
  }
  const one = bare.startsWith(".") ? undefined : hostOf(bare)?.address;
  return one && (({ address }) => address?.width === one.width && address.bits === one.bits);
}

function nameOf(text: string): string | undefined {
  const host = hostOf(text);
  return host?.address === undefined ? host?.host : undefined;
}

/** Reads a range. Refuses IPv4 written as IPv6, which would cover no origin. */
function rangeOf(text: string): Range | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const first = v4Of(address) ?? v6Of(address);
  if (first === undefined || rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  return Number(length) <= first.width ? { first, free: BigInt(first.width - Number(length)) } : undefined;
}
