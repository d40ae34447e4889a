/**
 * From options to the component's arguments. JavaScript would drop a misspelt name, and bend a value of another type
 * into one that fits, so both are refused here. Whether a value makes sense, the component judges.
 */

import type { ConfigMode as WitConfigMode, Connection, Status as WitStatus, Term } from "./component.js";
import { invalid } from "./errors.js";
import {
  STATUSES,
  type Code,
  type ConfigMode,
  type Limits,
  type Place,
  type Query,
  type Status,
  type TimeRange,
} from "./types.js";
import { quoted } from "./text.js";

type Credentials = Connection["credentials"];
type Convert<To> = (options: Options, name: string, value: unknown) => To;

const MOST_U32 = 0xffff_ffff;

const PLACE: Readonly<Record<keyof Place, Convert<string>>> = {
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

/** The connection that these options describe. `others` are options that are the caller's affair. */
export function connectionOf(given: unknown, credentials: Credentials, others: readonly string[]): Connection {
  const options = new Options("client", given, [...Object.keys(PLACE), ...Object.keys(LIMITS), ...others]);
  return { ...options.convertAll(PLACE), ...options.convertAll(LIMITS), credentials };
}

export function queryOf(given: unknown): Term[] {
  const options = new Options("list-pipelines", given, [...Object.keys(CONDITIONS), "orderBy", "direction"]);
  return [...Object.values(options.convertAll(CONDITIONS)), ...orderOf(options)];
}

/** What may end a call. */
export function signalOf(operation: string, given: unknown): AbortSignal | undefined {
  const options = new Options(operation, given, ["signal"]);
  const signal = options.get("signal");
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  return options.refuse("signal", `it must be an AbortSignal, not ${kindOf(signal)}`);
}

/** The addresses that the caller grants. */
export function addressesOf(given: unknown): string[] {
  const isText = (part: unknown) => typeof part === "string";
  if (Array.isArray(given) && given.every(isText)) return given;
  throw invalid("client", "allowAddresses", `it must be an array of texts, not ${kindOf(given)}`);
}

/** Checks the component's code that the caller gives. */
export function codeOf(given: unknown): Code | undefined {
  if (given === undefined || isPlace(given) || given instanceof ArrayBuffer || given instanceof Uint8Array) {
    return given as Code | undefined;
  }
  if (given instanceof WebAssembly.Module) return given;
  throw invalid("client", "wasm", `it must be a path, a URL, bytes or a WebAssembly.Module, not ${kindOf(given)}`);
}

/** Checks the script of the threads that the caller gives. */
export function workerOf(given: unknown): string | URL | undefined {
  if (given === undefined || isPlace(given)) return given;
  throw invalid("client", "worker", `it must be a path or a URL, not ${kindOf(given)}`);
}

function isPlace(given: unknown): given is string | URL {
  return typeof given === "string" || given instanceof URL;
}

/** Credentials that the caller gives. */
export function credentialsOf(given: unknown): Credentials {
  if (given === "ambient") return { tag: "ambient" };
  if (typeof given !== "object" || given === null) {
    const forms = '{ token }, { accessKeyId, secretAccessKey } or "ambient"';
    throw invalid("client", "credentials", `it must be ${forms}, not ${kindOf(given)}`);
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
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      throw invalid(operation, within ?? "options", `it must be an object, not ${kindOf(given)}`);
    }
    const unknown = Object.keys(given).find((name) => !known.includes(name));
    if (unknown !== undefined) this.refuse(unknown, `there is no such option; there are ${known.join(", ")}`);
    this.#values = { ...given };
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

  refuse(name: string, reason: string): never {
    throw invalid(this.#operation, this.#prefix + name, reason);
  }
}

function text(options: Options, name: string, value: unknown): string {
  return typeof value === "string" ? value : options.refuse(name, `it must be text, not ${kindOf(value)}`);
}

function u32(options: Options, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_U32) return value;
  return options.refuse(name, `it must be a whole number up to ${MOST_U32}, not ${shown(value)}`);
}

function statuses(options: Options, name: string, value: unknown): WitStatus[] {
  if (!Array.isArray(value)) return options.refuse(name, `it must be an array, not ${kindOf(value)}`);
  return value.map((status: Status) => {
    if (typeof status === "string" && STATUSES.includes(status)) return { tag: status };
    const other = typeof status === "object" && status !== null ? status.other : undefined;
    const exact = typeof other === "bigint" ? BigInt.asIntN(64, other) === other : Number.isSafeInteger(other);
    if (other !== undefined && exact) return { tag: "other", val: BigInt(other) };
    return options.refuse(name, `${shown(other ?? status)} is not one of ${STATUSES.join(", ")}, or { other: number }`);
  });
}

function configMode(options: Options, name: string, value: unknown): WitConfigMode {
  if (value === "ui" || value === "template") return { tag: value };
  const other = typeof value === "object" && value !== null ? (value as Exclude<ConfigMode, string>).other : undefined;
  if (typeof other === "string") return { tag: "other", val: other };
  return options.refuse(name, `${shown(value)} is not one of ui, template, or { other: text }`);
}

function range(_: Options, name: string, value: unknown): { from?: bigint; to?: bigint } {
  const ends = new Options("list-pipelines", value, ["from", "to"] satisfies (keyof TimeRange)[], name);
  return ends.convertAll({ from: time, to: time });
}

function time(options: Options, name: string, value: unknown): bigint {
  if (!(value instanceof Date)) return options.refuse(name, `it must be a Date, not ${kindOf(value)}`);
  const milliseconds = value.getTime();
  if (Number.isNaN(milliseconds)) options.refuse(name, "the Date is invalid");
  if (milliseconds < 0) options.refuse(name, "it is before 1970");
  return BigInt(milliseconds);
}

function orderOf(options: Options): Term[] {
  const [orderBy, direction] = [options.get("orderBy"), options.get("direction")];
  if (orderBy === undefined && direction === undefined) return [];
  const key = KEYS.find((key) => key === (orderBy ?? "creation"));
  if (key === undefined) return options.refuse("orderBy", `${shown(orderBy)} is not one of ${KEYS.join(", ")}`);
  const natural = key === "name" ? "ascending" : "descending";
  const way = DIRECTIONS.find((way) => way === (direction ?? natural));
  if (way === undefined) {
    return options.refuse("direction", `${shown(direction)} is not one of ${DIRECTIONS.join(", ")}`);
  }
  return [{ tag: "order-by", val: { key, direction: way } }];
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A value that is no secret, for an error. */
function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "number" ? String(value) : kindOf(value);
}
