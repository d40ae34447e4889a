/** Why a call failed: a class for each kind of the WIT, with all that the component says. */

import type { ErrorRecord } from "./component.js";
import { MAX_THREADS } from "./faults.js";
import { argumentName, inJavaScript } from "./names.js";
import { printableLines } from "./text.js";

type KindRecord = ErrorRecord["kind"];
type Detail<Tag extends Kind> = Extract<KindRecord, { tag: Tag }> extends { val: infer Val } ? Val : undefined;

/** The kinds of failure, by the WIT's names. */
export type Kind = KindRecord["tag"];

/**
 * A failure that the component reports. Its message has three lines: what happened, why, and what to do next. Arguments
 * are named as in JavaScript.
 */
export class PipelinesError extends Error {
  readonly #contractMessage: string;
  readonly kind: Kind;
  /** The operation that failed: a listing that has to look up its project may fail in either. */
  readonly operation: string;
  /** The HTTP status of the last response. */
  readonly httpStatus: number | null;
  /** The service's own code, such as `SVCSTG.00100400`. */
  readonly vendorCode: string | null;
  readonly vendorMessage: string | null;
  /** The service's id of the last request, to quote to its support. */
  readonly requestId: string | null;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean;
  /** How many requests the failed operation took. */
  readonly attempts: number;

  constructor(record: ErrorRecord) {
    // Programs print it, and the service may have written parts of it.
    super(printableLines(inJavaScript(record.message)));
    this.#contractMessage = record.message;
    this.name = new.target.name;
    this.kind = record.kind.tag;
    this.operation = record.operation;
    this.httpStatus = record.httpStatus ?? null;
    this.vendorCode = record.vendorCode ?? null;
    this.vendorMessage = record.vendorMessage ?? null;
    this.requestId = record.requestId ?? null;
    this.retryable = record.retryable;
    this.attempts = record.attempts;
  }

  /** Returns the error in the JSON of the WIT, which all hosts share. Arguments have the names of the WIT. */
  toJSON(): Record<string, unknown> {
    const kind = this.kind.replaceAll("-", "_");
    const detail = this.detailJson();
    return {
      kind: detail === undefined ? kind : { [kind]: detail },
      message: this.#contractMessage,
      operation: this.operation,
      http_status: this.httpStatus,
      vendor_code: this.vendorCode,
      vendor_message: this.vendorMessage,
      request_id: this.requestId,
      retryable: this.retryable,
      attempts: this.attempts,
    };
  }

  /** The fields of this kind alone. */
  protected detailJson(): unknown {
    return undefined;
  }
}

/** An argument is not valid: nothing was sent, or the region has several projects. */
export class InvalidArgumentError extends PipelinesError {
  /** Its name in JavaScript, such as `projectId`. */
  readonly argument: string;
  readonly reason: string;
  readonly #contractArgument: string;

  constructor(record: ErrorRecord, detail: Detail<"invalid-argument">) {
    super(record);
    this.argument = argumentName(detail.argument);
    this.reason = detail.reason;
    this.#contractArgument = detail.argument;
  }

  protected override detailJson(): unknown {
    return { argument: this.#contractArgument, reason: this.reason };
  }
}

/** The host does not let the component send this request. */
export class DeniedError extends PipelinesError {}
/** The name of the host could not be resolved. */
export class DnsError extends PipelinesError {}
/** No connection could be made. */
export class RefusedError extends PipelinesError {}
/** The TLS handshake failed. */
export class TlsError extends PipelinesError {}
/** The connection broke before the response was complete. */
export class ResetError extends PipelinesError {}

/** Something took longer than allowed. */
export class TimeoutError extends PipelinesError {
  /** The part that took too long: `connect`, `first-byte`, `between-bytes` or `call`. */
  readonly phase: Detail<"timeout">;

  constructor(record: ErrorRecord, phase: Detail<"timeout">) {
    super(record);
    this.phase = phase;
  }

  protected override detailJson(): unknown {
    return this.phase.replaceAll("-", "_");
  }
}

/** Advises on the number of threads only what `setMaxThreads` takes. */
function adviceForMore(threads: number): string {
  const fewer = "Make fewer calls at once";
  if (threads >= MAX_THREADS) return `${fewer}, or allow more time with \`callTimeoutMs\`.`;
  const more = Math.min(2 * threads, MAX_THREADS);
  return `${fewer}, allow more time with \`callTimeoutMs\`, or more threads with \`setMaxThreads(${more})\`.`;
}

/** All threads that the client may use were busy until the call's time was over. Nothing was sent. */
export class FullError extends TimeoutError {
  /** How many threads the process may have. */
  readonly threads: number;
  /** How many of them ran calls of this client. */
  readonly own: number;

  constructor(operation: string, milliseconds: number, { threads, own }: { threads: number; own: number }) {
    const record: ErrorRecord = {
      kind: { tag: "timeout", val: "call" },
      message:
        `${operation} failed: no thread was free within the time allowed.\n` +
        `The call waited ${milliseconds} ms. The process may use ${threads} ${threads === 1 ? "thread" : "threads"} ` +
        `for calls, and this client uses ${own}. (nothing was sent)\n` +
        adviceForMore(threads),
      operation,
      retryable: true,
      attempts: 0,
    };
    super(record, "call");
    this.threads = threads;
    this.own = own;
  }
}

/** The service does not accept the credentials. Five such calls lock an access key for five minutes. */
export class UnauthenticatedError extends PipelinesError {}

/** The signature is out of date because the clocks differ by more than 15 minutes. */
export class ClockSkewError extends PipelinesError {
  readonly signedAt: Date;
  readonly serverTime: Date;

  constructor(record: ErrorRecord, detail: Detail<"clock-skew">) {
    super(record);
    this.signedAt = new Date(Number(detail.signedAt));
    this.serverTime = new Date(Number(detail.serverTime));
  }

  protected override detailJson(): unknown {
    return { signed_at: this.signedAt.getTime(), server_time: this.serverTime.getTime() };
  }
}

/** The credentials are good but may not do this. */
export class ForbiddenError extends PipelinesError {
  readonly permission: string;
  /** The permissions that this one depends on. */
  readonly dependsOn: readonly string[];

  constructor(record: ErrorRecord, detail: Detail<"forbidden">) {
    super(record);
    this.permission = detail.permission;
    this.dependsOn = detail.dependsOn;
  }

  protected override detailJson(): unknown {
    return { permission: this.permission, depends_on: this.dependsOn };
  }
}

/** The project, or the API itself, does not exist there. */
export class NotFoundError extends PipelinesError {}

/** Too many requests were sent. */
export class ThrottledError extends PipelinesError {
  /** How long the service asks to wait. */
  readonly retryAfterMs: number | null;

  constructor(record: ErrorRecord, detail: Detail<"throttled">) {
    super(record);
    this.retryAfterMs = number(detail.retryAfterMs);
  }

  protected override detailJson(): unknown {
    return { retry_after_ms: this.retryAfterMs };
  }
}

/** The service refused the request with another status of the 400s. */
export class RejectedError extends PipelinesError {}
/** The service failed. */
export class UnavailableError extends PipelinesError {}

/** The answer was a redirect, which is never followed. */
export class RedirectedError extends PipelinesError {
  /** The origin that it points to. */
  readonly location: string | null;

  constructor(record: ErrorRecord, detail: Detail<"redirected">) {
    super(record);
    this.location = detail.location ?? null;
  }

  protected override detailJson(): unknown {
    return { location: this.location };
  }
}

/** The response was larger than allowed. */
export class TooLargeError extends PipelinesError {
  readonly limitBytes: number | null;

  constructor(record: ErrorRecord, detail: Detail<"too-large">) {
    super(record);
    this.limitBytes = number(detail.limitBytes);
  }

  protected override detailJson(): unknown {
    return { limit_bytes: this.limitBytes };
  }
}

/** The answer ended early. */
export class CutShortError extends PipelinesError {}

/** The answer is not what the vendor documents. */
export class UndecodableError extends PipelinesError {
  /** The JSON path of the value, such as `$[3].status`. */
  readonly path: string;
  readonly expected: string;

  constructor(record: ErrorRecord, detail: Detail<"undecodable">) {
    super(record);
    this.path = detail.path;
    this.expected = detail.expected;
  }

  protected override detailJson(): unknown {
    return { path: this.path, expected: this.expected };
  }
}

/** Something else went wrong. */
export class OtherError extends PipelinesError {
  readonly description: string;

  constructor(record: ErrorRecord, description: string) {
    super(record);
    this.description = description;
  }

  protected override detailJson(): unknown {
    return this.description;
  }
}

/**
 * The component, or the thread that it runs in, returned no result. The message has three lines, like that of other
 * errors.
 */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** The error of the class that its kind has. */
export function errorOf(record: ErrorRecord): PipelinesError {
  const { kind } = record;
  switch (kind.tag) {
    case "invalid-argument":
      return new InvalidArgumentError(record, kind.val);
    case "denied":
      return new DeniedError(record);
    case "dns":
      return new DnsError(record);
    case "refused":
      return new RefusedError(record);
    case "tls":
      return new TlsError(record);
    case "reset":
      return new ResetError(record);
    case "timeout":
      return new TimeoutError(record, kind.val);
    case "unauthenticated":
      return new UnauthenticatedError(record);
    case "clock-skew":
      return new ClockSkewError(record, kind.val);
    case "forbidden":
      return new ForbiddenError(record, kind.val);
    case "not-found":
      return new NotFoundError(record);
    case "throttled":
      return new ThrottledError(record, kind.val);
    case "rejected":
      return new RejectedError(record);
    case "unavailable":
      return new UnavailableError(record);
    case "redirected":
      return new RedirectedError(record, kind.val);
    case "too-large":
      return new TooLargeError(record, kind.val);
    case "cut-short":
      return new CutShortError(record);
    case "undecodable":
      return new UndecodableError(record, kind.val);
    case "other":
      return new OtherError(record, kind.val);
  }
}

function number(value: bigint | undefined): number | null {
  return value === undefined ? null : Number(value);
}
