/** wasi:http/types and wasi:io/streams, as far as the component uses them: requests without a body. */

import type { ErrorCode, Method, Scheme } from "../component/blocking/interfaces/wasi-http-types.js";
import type { Exchange, Request } from "./exchange.js";
import { Pollable, type Wait } from "./poll.js";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Headers that only the connection, the host's client and proxies may set. A component that set one could hide another
 * request, or ask another host. `tests/vectors/headers.json` holds the rules as a table.
 */
const FORBIDDEN = [
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
const FORBIDDEN_PREFIX = "proxy-";

/** How long to wait where the component sets no time. It always does. */
const DEFAULT_TIMEOUT_MS = 60_000;

export class Fields {
  /** Each character of a value is one byte. */
  readonly entries: (readonly [string, string])[] = [];

  static of(entries: readonly (readonly [string, string])[]): Fields {
    const fields = new Fields();
    fields.entries.push(...entries);
    return fields;
  }

  get(name: string): Uint8Array[] {
    const same = this.entries.filter(([other]) => other.toLowerCase() === name.toLowerCase());
    return same.map(([, value]) => Uint8Array.from(value, (character) => character.charCodeAt(0)));
  }

  append(name: string, value: Uint8Array): void {
    const text = Array.from(value, (byte) => String.fromCharCode(byte)).join("");
    if (!TOKEN.test(name) || !VALUE.test(text)) throw { tag: "invalid-syntax" };
    const lower = name.toLowerCase();
    if (FORBIDDEN.includes(lower) || lower.startsWith(FORBIDDEN_PREFIX)) throw { tag: "forbidden" };
    this.entries.push([name, text]);
  }
}

export class OutgoingRequest {
  #method = "GET";
  #scheme = "https";
  #authority = "";
  #path = "/";
  readonly #headers: Fields;

  constructor(headers: Fields) {
    this.#headers = headers;
  }

  setMethod(method: Method): void {
    this.#method = method.tag === "other" ? method.val : method.tag.toUpperCase();
  }

  setScheme(scheme: Scheme | undefined): void {
    this.#scheme = scheme?.tag === "other" ? scheme.val : (scheme?.tag ?? "https").toLowerCase();
  }

  setAuthority(authority: string | undefined): void {
    this.#authority = authority ?? "";
  }

  setPathWithQuery(path: string | undefined): void {
    this.#path = path ?? "/";
  }

  with(options: RequestOptions | undefined): Request {
    return {
      method: this.#method,
      scheme: this.#scheme,
      authority: this.#authority,
      path: this.#path,
      headers: this.#headers.entries,
      connectTimeoutMs: options?.connectTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      firstByteTimeoutMs: options?.firstByteTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      betweenBytesTimeoutMs: options?.betweenBytesTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    };
  }
}

export class RequestOptions {
  connectTimeoutMs: number | undefined;
  firstByteTimeoutMs: number | undefined;
  betweenBytesTimeoutMs: number | undefined;

  setConnectTimeout(duration: bigint | undefined): void {
    this.connectTimeoutMs = milliseconds(duration);
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.firstByteTimeoutMs = milliseconds(duration);
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.betweenBytesTimeoutMs = milliseconds(duration);
  }
}

/** Durations of WASI are nanoseconds. */
export function milliseconds<D extends bigint | undefined>(duration: D): number | (D & undefined) {
  return duration === undefined ? (undefined as D & undefined) : Number(duration) / 1e6;
}

export class FutureIncomingResponse {
  constructor(
    readonly exchange: Exchange,
    readonly wait: Wait,
  ) {}

  subscribe(): Pollable {
    const { exchange, wait } = this;
    return new Pollable(wait, () => exchange.head !== undefined || exchange.failure !== undefined);
  }

  get(): { tag: "ok"; val: { tag: "ok"; val: IncomingResponse } | { tag: "err"; val: ErrorCode } } | undefined {
    const { exchange, wait } = this;
    // The head counts also if the body has failed since: the error of the body comes with the body.
    if (exchange.head !== undefined) {
      const { status, headers } = exchange.head;
      return { tag: "ok", val: { tag: "ok", val: new IncomingResponse(status, Fields.of(headers), exchange, wait) } };
    }
    if (exchange.failure !== undefined) return { tag: "ok", val: { tag: "err", val: exchange.failure } };
    return undefined;
  }
}

export class IncomingResponse {
  readonly #body: IncomingBody;

  constructor(
    readonly code: number,
    readonly fields: Fields,
    exchange: Exchange,
    wait: Wait,
  ) {
    this.#body = new IncomingBody(exchange, wait);
  }

  status(): number {
    return this.code;
  }

  headers(): Fields {
    return this.fields;
  }

  consume(): IncomingBody {
    return this.#body;
  }
}

export class IncomingBody {
  constructor(
    readonly exchange: Exchange,
    readonly wait: Wait,
  ) {}

  stream(): InputStream {
    return new InputStream(this.exchange, this.wait);
  }

  static finish(body: IncomingBody): FutureTrailers {
    return new FutureTrailers(body.exchange, body.wait);
  }
}

/** Trailers are not passed on: their arrival says that the body is complete. */
export class FutureTrailers {
  constructor(
    readonly exchange: Exchange,
    readonly wait: Wait,
  ) {}

  subscribe(): Pollable {
    return new Pollable(this.wait, () => this.exchange.ended || this.exchange.failure !== undefined);
  }

  get(): { tag: "ok"; val: { tag: "ok"; val: undefined } | { tag: "err"; val: ErrorCode } } | undefined {
    const { ended, failure } = this.exchange;
    if (failure !== undefined) return { tag: "ok", val: { tag: "err", val: failure } };
    return ended ? { tag: "ok", val: { tag: "ok", val: undefined } } : undefined;
  }
}

export class InputStream {
  constructor(
    readonly exchange: Exchange,
    readonly wait: Wait,
  ) {}

  subscribe(): Pollable {
    return new Pollable(this.wait, () => this.exchange.readable);
  }

  read(most: bigint): Uint8Array {
    const { exchange } = this;
    const bytes = exchange.read(Number(most));
    if (bytes.length > 0) return bytes;
    if (exchange.failure !== undefined) throw { tag: "last-operation-failed", val: new IoError(exchange.failure) };
    if (exchange.ended) throw { tag: "closed" };
    return bytes;
  }
}

/** wasi:io/error. */
export class IoError {
  constructor(readonly code: ErrorCode) {}

  toDebugString(): string {
    return this.code.tag;
  }
}

export function httpErrorCode(error: IoError): ErrorCode | undefined {
  return error.code;
}
