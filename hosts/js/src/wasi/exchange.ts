/** One request and what comes of it, between whoever sends it and the component that waits. */

import type { ErrorCode } from "../component/blocking/interfaces/wasi-http-types.js";

/** A request of the component; all of them are without a body. */
export interface Request {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** Names, and values in which each character is one byte. */
  readonly headers: readonly (readonly [string, string])[];
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly betweenBytesTimeoutMs: number;
}

/** The events of a request, in this order: a head, chunks, an end; or a failure at any time, which is the last. */
export type HttpEvent =
  | { readonly type: "head"; readonly status: number; readonly headers: readonly (readonly [string, string])[] }
  | { readonly type: "chunk"; readonly bytes: Uint8Array }
  | { readonly type: "end" }
  | { readonly type: "failure"; readonly code: ErrorCode; readonly denial?: Denial; readonly reason?: Reason };

/** Why a request was not made, for people: the component only learns that it was not. */
export interface Denial {
  readonly asked: string;
  readonly reason: string;
  /** Advice: how to allow it, or what to do instead. A whole sentence. */
  readonly advice: string;
}

/** Why a request failed and what to do, for people. The component receives only the code. */
export interface Reason {
  readonly what: string;
  readonly advice: string;
}

/** Sends requests. It must not tell what happened before it has returned. */
export type Send = (request: Request, tell: (event: HttpEvent) => void) => PendingRequest;

/** A request under way. */
export interface PendingRequest {
  /** A chunk of the body has been taken, and another may come. */
  taken(): void;
  /** Nobody waits for it any more. */
  abort(): void;
}

/** The state of a request. */
export class Exchange {
  head: Extract<HttpEvent, { type: "head" }> | undefined;
  failure: ErrorCode | undefined;
  ended = false;
  readonly #chunks: Uint8Array[] = [];
  readonly #request: PendingRequest;

  constructor(send: Send, request: Request, changed: () => void) {
    this.#request = send(request, (event) => {
      this.#note(event);
      changed();
    });
  }

  /** Whether a read would bring something: bytes, the end or a failure. */
  get readable(): boolean {
    return this.#chunks.length > 0 || this.ended || this.failure !== undefined;
  }

  /** At most this many bytes of what has arrived; none if nothing has. */
  read(most: number): Uint8Array {
    const first = this.#chunks.shift();
    if (first === undefined) return new Uint8Array(0);
    // Reported once for each chunk, even if the component reads it in small pieces.
    if (first.length > most) this.#chunks.unshift(first.subarray(most));
    else this.#request.taken();
    return first.subarray(0, most);
  }

  abort(): void {
    this.#request.abort();
  }

  #note(event: HttpEvent): void {
    if (event.type === "head") this.head = event;
    else if (event.type === "chunk") this.#chunks.push(event.bytes);
    else if (event.type === "end") this.ended = true;
    else this.failure = event.code;
  }
}
