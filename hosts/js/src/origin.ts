/**
 * Where a request goes, in one normal form. Requests and grants are compared in this form. The class `URL` does not
 * fit: it reads `0x7f.1` as 127.0.0.1, and accepts other texts that readers disagree about.
 *
 * `tests/vectors/origins.json` holds the rules as a table that the tests of every host read.
 */

import { type Address, v4Of, v6Of, v6Text } from "./ip.js";

/** Scheme, host and port. The scheme is https, or http on loopback. */
export interface Origin {
  readonly secure: boolean;
  /** A name in lower case, or an address. An IPv6 address has no brackets. */
  readonly host: string;
  /** Undefined if the host is a name. */
  readonly address: Address | undefined;
  readonly port: number;
}

const MAX_HOST_LENGTH = 253;
const LABEL = /^[a-z0-9_-]{1,63}$/;
/** Resolvers read `0177.1`, `0x7f.1` and `2130706433` as addresses. No top-level domain is a number. */
const NUMERIC = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/** Reads an origin; undefined if the text is not one. */
export function originOf(text: string): Origin | undefined {
  const [scheme = "", rest, ...more] = text.split("://");
  if (rest === undefined || more.length > 0) return undefined;
  return originFrom(scheme, rest.endsWith("/") ? rest.slice(0, -1) : rest);
}

/** Reads the scheme and the authority of a URL. */
export function originFrom(scheme: string, authority: string): Origin | undefined {
  const secure = scheme.toLowerCase() === "https";
  if (!secure && scheme.toLowerCase() !== "http") return undefined;
  const [name, digits] = parted(authority);
  const host = hostOf(name);
  const port = digits === undefined ? defaultPort(secure) : portOf(digits);
  if (host === undefined || port === undefined) return undefined;
  const origin = { secure, ...host, port };
  return secure || isLoopback(origin) ? origin : undefined;
}

/** Returns the normal form. */
export function originText({ secure, host, address, port }: Origin): string {
  const shown = address?.width === 128 ? `[${host}]` : host;
  return `${secure ? "https" : "http"}://${shown}${port === defaultPort(secure) ? "" : `:${port}`}`;
}

/** Returns whether the host is `localhost` or a loopback address. A name that only leads to one is not loopback. */
export function isLoopback({ host, address }: Pick<Origin, "host" | "address">): boolean {
  if (address === undefined) return host === "localhost";
  return address.width === 32 ? address.bits >> 24n === 127n : address.bits === 1n;
}

/** Reads a host into its normal form; undefined if the text is not one. */
export function hostOf(text: string): Pick<Origin, "host" | "address"> | undefined {
  if (text.startsWith("[") && text.endsWith("]")) {
    const address = v6Of(text.slice(1, -1));
    return address === undefined ? undefined : { host: v6Text(address), address };
  }
  const address = v4Of(text);
  if (address !== undefined) return { host: text, address };
  // Only ASCII letters are lowered: toLowerCase() turns other letters into ASCII, such as the Kelvin sign.
  const host = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const isName =
    host.length <= MAX_HOST_LENGTH && !NUMERIC.test(host) && host.split(".").every((part) => LABEL.test(part));
  return isName ? { host, address: undefined } : undefined;
}

/** Returns the parts before and after the last colon. The port is undefined if it is missing. */
export function parted(authority: string): [host: string, port: string | undefined] {
  const colon = authority.lastIndexOf(":");
  // The colons of an IPv6 address are within its brackets.
  if (colon < 0 || authority.endsWith("]")) return [authority, undefined];
  return [authority.slice(0, colon), authority.slice(colon + 1)];
}

/** Reads a port from 1 to 65535, without leading zeros. */
export function portOf(text: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 0xffff ? Number(text) : undefined;
}

function defaultPort(secure: boolean): number {
  return secure ? 443 : 80;
}
