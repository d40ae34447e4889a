/**
 * From options to the component's arguments. JavaScript would drop a misspelt name, and bend a value of another type
 * into one that fits, so both are refused here. Whether any other value makes sense, the component judges.
 */

import type { ConfigMode as WitConfigMode, Connection, Status as WitStatus, Term } from "./component.js";
import { ArgumentTypeError, invalid } from "./invalid.js";
import { kindOf, shown } from "./text.js";
import { millisecondsOf } from "./time.js";
import { STATUSES, type Code, type Limits, type EndpointOptions, type Query, type TimeRange } from "./types.js";

type Credentials = Connection["credentials"];
type Convert<To> = (options: Options, name: string, value: unknown) => To;

const MAX_U32 = 0xffff_ffff;

const ENDPOINTS: Readonly<Record<keyof EndpointOptions, Convert<string>>> = {
  region: text,
  projectId: text,
  endpoint: text,
  iamEndpoint: text,
};

const LIMITS: Readonly<Record<keyof Limits, Convert<number>>> = {
  connectTimeoutMs: u32,
  firstByteTimeoutMs: u32,
  betweenBytesTimeoutMs: u32,
  callTimeoutMs: u32,
  maxAttempts: u32,
  maxResponseBytes: u32,
};

const CONDITIONS: Readonly<Record<Exclude<keyof Query, "orderBy" | "direction">, Convert<Term>>> = {
  name: (...value) => ({ tag: "name", val: text(...value) }),
  nameContains: (...value) => ({ tag: "name-contains", val: text(...value) }),
  status: (...value) => ({ tag: "status", val: statuses(...value) }),
  configMode: (...value) => ({ tag: "config-mode", val: configMode(...value) }),
  creator: (...value) => ({ tag: "creator", val: text(...value) }),
  enterpriseProjectId: (...value) => ({ tag: "enterprise-project-id", val: text(...value) }),
  created: (...value) => ({ tag: "created", val: range(...value) }),
  updated: (...value) => ({ tag: "updated", val: range(...value) }),
  lastRun: (...value) => ({ tag: "last-run", val: range(...value) }),
  limit: (...value) => ({ tag: "limit", val: u32(...value) }),
};

const KEYS = ["creation", "update", "last-run", "name"] as const;
const DIRECTIONS = ["ascending", "descending"] as const;
const MODES = ["ui", "template"] as const;

/** The connection that these options describe. `others` are options that are the caller's affair. */
export function connectionOf(given: unknown, credentials: Credentials, others: readonly string[]): Connection {
  const options = new Options("client", given, [...Object.keys(ENDPOINTS), ...Object.keys(LIMITS), ...others]);
  return { ...options.convertAll(ENDPOINTS), ...options.convertAll(LIMITS), credentials };
}

export function queryOf(given: unknown): Term[] {
  const options = new Options("list-pipelines", given, [...Object.keys(CONDITIONS), "orderBy", "direction"]);
  return [...Object.values(options.convertAll(CONDITIONS)), ...orderOf(options)];
}

/** Options that end a call. */
export function signalOf(operation: string, given: unknown): AbortSignal | undefined {
  const options = new Options(operation, given, ["signal"]);
  const signal = options.get("signal");
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  return options.mistype("signal", "an AbortSignal", signal);
}

/** The addresses that the caller grants. */
export function addressesOf(given: unknown): string[] {
  const isText = (part: unknown) => typeof part === "string";
  if (Array.isArray(given) && given.every(isText)) return given;
  throw mistyped("client", "allowAddresses", "an array of texts", given);
}

/** Checks the component's code that the caller passes. */
export function codeOf(given: unknown): Code | undefined {
  if (given === undefined || isPlace(given) || given instanceof ArrayBuffer || given instanceof Uint8Array) {
    return given as Code | undefined;
  }
  if (given instanceof WebAssembly.Module) return given;
  throw mistyped("client", "wasm", "a path, a URL, bytes or a WebAssembly.Module", given);
}

/** Checks the script of the threads that the caller passes. */
export function workerOf(given: unknown): string | URL | undefined {
  if (given === undefined || isPlace(given)) return given;
  throw mistyped("client", "worker", "a path or a URL", given);
}

function isPlace(given: unknown): given is string | URL {
  return typeof given === "string" || given instanceof URL;
}

/** Credentials that the caller passes. */
export function credentialsOf(given: unknown): Credentials {
  if (given === "ambient") return { tag: "ambient" };
  if (typeof given !== "object" || given === null) {
    throw mistyped("client", "credentials", '{ token }, { accessKeyId, secretAccessKey } or "ambient"', given);
  }
  const options = new Options(
    "client",
    given,
    ["token", "accessKeyId", "secretAccessKey", "securityToken"],
    "credentials",
  );
  const value = options.convertAll({ token: text, accessKeyId: text, secretAccessKey: text, securityToken: text });
  const { token, accessKeyId, secretAccessKey, securityToken } = value;
  if (token !== undefined) {
    if (Object.keys(value).length > 1) options.refuse("token", "it is given together with an access key");
    return { tag: "token", val: token };
  }
  if (accessKeyId === undefined) return options.refuse("accessKeyId", "it is missing, and so is a token");
  if (secretAccessKey === undefined) return options.refuse("secretAccessKey", "it is missing");
  const key = { accessKeyId, secretAccessKey };
  return { tag: "access-key", val: securityToken === undefined ? key : { ...key, securityToken } };
}

/** Named values, of which undefined ones count as not given. */
class Options {
  readonly #operation: string;
  readonly #prefix: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(operation: string, given: unknown, known: readonly string[], within?: string) {
    this.#operation = operation;
    this.#prefix = within === undefined ? "" : `${within}.`;
    // Arrays and maps hold values that are not options, and would list everything.
    if (typeof given !== "object" || given === null || Symbol.iterator in given) {
      throw mistyped(operation, within ?? "options", "an object", given);
    }
    const unknown = Object.keys(given).find((name) => !known.includes(name));
    if (unknown !== undefined) {
      const reason = `there is no such option; there are ${known.join(", ")}`;
      throw new ArgumentTypeError(operation, this.#prefix + unknown, reason);
    }
    // Inherited options count, such as the accessors of a class.
    this.#values = Object.fromEntries(known.map((name) => [name, given[name as keyof typeof given]]));
  }

  get(name: string): unknown {
    return this.#values[name];
  }

  convertAll<Name extends string, To>(table: Readonly<Record<Name, Convert<To>>>): Partial<Record<Name, To>> {
    const given = (Object.keys(table) as Name[]).filter((name) => this.get(name) !== undefined);
    return Object.fromEntries(given.map((name) => [name, table[name](this, name, this.get(name))])) as Partial<
      Record<Name, To>
    >;
  }

  /** Refuses a value that is not allowed. */
  refuse(name: string, reason: string): never {
    throw invalid(this.#operation, this.#prefix + name, reason);
  }

  /** Refuses a value of another type than this one. */
  mistype(name: string, right: string, value: unknown): never {
    throw mistyped(this.#operation, this.#prefix + name, right, value);
  }
}

function mistyped(operation: string, name: string, right: string, value: unknown): ArgumentTypeError {
  return new ArgumentTypeError(operation, name, `it must be ${right}, not ${kindOf(value)}`);
}

function text(options: Options, name: string, value: unknown): string {
  if (typeof value !== "string") return options.mistype(name, "text", value);
  // On its way to the component, the half would silently become U+FFFD.
  if (/\p{Surrogate}/u.test(value)) return options.refuse(name, "it holds half of a surrogate pair");
  return value;
}

function u32(options: Options, name: string, value: unknown): number {
  if (typeof value !== "number") return options.mistype(name, "a number", value);
  if (Number.isInteger(value) && value >= 0 && value <= MAX_U32) return value;
  return options.refuse(name, `it must be a whole number up to ${MAX_U32}, not ${value}`);
}

/** One of these words, written with hyphens or with underscores. */
function word<Known extends string>(options: Options, name: string, value: unknown, known: readonly Known[]): Known {
  if (typeof value !== "string") return options.mistype(name, "text", value);
  const found = known.find((one) => one === value.replaceAll("_", "-"));
  return found ?? options.refuse(name, `${shown(value)} is not one of ${known.join(", ")}`);
}

/** The only member of an object such as `{ other: 6 }`. */
function otherOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("other" in value)) return undefined;
  return Object.keys(value).length > 1 ? undefined : value.other;
}

function statuses(options: Options, name: string, value: unknown): WitStatus[] {
  if (!Array.isArray(value)) return options.mistype(name, "an array", value);
  return value.map((status: unknown) => {
    if (typeof status === "string") return { tag: word(options, name, status, STATUSES) };
    const other = otherOf(status);
    if (typeof other !== "number" && typeof other !== "bigint") {
      return options.mistype(name, "words or { other: number } in an array", status);
    }
    const exact = typeof other === "bigint" ? BigInt.asIntN(64, other) === other : Number.isSafeInteger(other);
    if (exact) return { tag: "other", val: BigInt(other) };
    return options.refuse(name, `${shown(other)} is not a whole number of 64 bits`);
  });
}

function configMode(options: Options, name: string, value: unknown): WitConfigMode {
  if (typeof value === "string") return { tag: word(options, name, value, MODES) };
  const other = otherOf(value);
  if (typeof other === "string") return { tag: "other", val: text(options, name, other) };
  return options.mistype(name, "text or { other: text }", value);
}

function range(_: Options, name: string, value: unknown): { from?: bigint; to?: bigint } {
  const ends = new Options("list-pipelines", value, ["from", "to"] satisfies (keyof TimeRange)[], name);
  return ends.convertAll({ from: time, to: time });
}

function time(options: Options, name: string, value: unknown): bigint {
  if (!(value instanceof Date) && typeof value !== "string" && typeof value !== "number") {
    return options.mistype(name, "a Date, text or a number", value);
  }
  const milliseconds = millisecondsOf(value);
  return typeof milliseconds === "number" ? BigInt(milliseconds) : options.refuse(name, milliseconds);
}

function orderOf(options: Options): Term[] {
  const [orderBy, direction] = [options.get("orderBy"), options.get("direction")];
  if (orderBy === undefined && direction === undefined) return [];
  const key = word(options, "orderBy", orderBy ?? "creation", KEYS);
  const natural = key === "name" ? "ascending" : "descending";
  return [{ tag: "order-by", val: { key, direction: word(options, "direction", direction ?? natural, DIRECTIONS) } }];
}
