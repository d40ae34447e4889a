/** The types of questions and answers. The names are the WIT's in camelCase. A field without a value is null. */

/** The documented statuses, by the WIT's names. */
export const STATUSES = [
  "initialized",
  "succeeded",
  "failed",
  "releasing",
  "pending-approval",
  "paused",
  "skipped",
  "rolling-back",
  "rolled-back",
  "rollback-failed",
  "stopping",
  "restarting",
] as const;

/** A whole number, which is a bigint only where a number could not hold it exactly. */
export type Integer = number | bigint;

/** A word of the WIT, with hyphens or with the underscores that it has in JSON. */
export type Word<Hyphened extends string> = Hyphened | Underscored<Hyphened>;

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text;

/** Where a release task stands; a number that the vendor does not document is kept as it came. */
export type Status = (typeof STATUSES)[number] | { readonly other: Integer };

/** How a release task is deployed; a mode that the vendor does not document is kept as it came. */
export type ConfigMode = "ui" | "template" | { readonly other: string };

/** A release task. */
export interface Pipeline {
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly createTime: Date | null;
  readonly updateTime: Date | null;
  readonly version: Integer | null;
  readonly configMode: ConfigMode | null;
  readonly creator: string | null;
  readonly modelVersion: Integer | null;
  readonly status: Status | null;
  /** When it last ran; null also if it never did. */
  readonly lastTriggerAt: Date | null;
  readonly enterpriseProjectId: string | null;
  readonly enterpriseProject: string | null;
  /** JSON text, exactly as the service sent it. */
  readonly extendInfo: string | null;
}

/** The release tasks that match, in the order asked for. */
export interface Listing {
  readonly pipelines: readonly Pipeline[];
  /** How many release tasks the service returned. */
  readonly total: number;
  /** How many of them matched, before `limit`. */
  readonly matched: number;
  /** Whether `limit` left out release tasks that matched. */
  readonly truncated: boolean;
  /** The service's id of the request, to quote to its support. */
  readonly requestId: string | null;
  /** How many requests the listing took. */
  readonly attempts: number;
}

/**
 * A moment: a Date, text of RFC 3339 such as `2025-02-18T07:55:12Z`, or milliseconds since the Unix epoch. Text needs
 * the offset from UTC.
 */
export type Time = Date | string | number;

/** A span of time; the first moment within it, and the first after it. */
export interface TimeRange {
  readonly from?: Time | undefined;
  readonly to?: Time | undefined;
}

/** A query: all conditions must hold. Without any, everything is listed, the newest first. */
export interface Query {
  readonly name?: string | undefined;
  readonly nameContains?: string | undefined;
  /** Any of these: words, or numbers that the vendor does not document as `{ other: 6 }`. */
  readonly status?: readonly (Word<(typeof STATUSES)[number]> | { readonly other: Integer })[] | undefined;
  readonly configMode?: ConfigMode | undefined;
  readonly creator?: string | undefined;
  readonly enterpriseProjectId?: string | undefined;
  readonly created?: TimeRange | undefined;
  readonly updated?: TimeRange | undefined;
  readonly lastRun?: TimeRange | undefined;
  readonly orderBy?: Word<"creation" | "update" | "last-run" | "name"> | undefined;
  /** The direction of the order. The default is the newest first, or with `orderBy: "name"` the alphabetical order. */
  readonly direction?: "ascending" | "descending" | undefined;
  /** At most this many release tasks. */
  readonly limit?: number | undefined;
}

/** How long to wait, how often to try and how much to accept. The defaults are the component's. */
export interface Limits {
  readonly connectTimeoutMs?: number | undefined;
  readonly firstByteTimeoutMs?: number | undefined;
  readonly betweenBytesTimeoutMs?: number | undefined;
  readonly callTimeoutMs?: number | undefined;
  readonly maxAttempts?: number | undefined;
  readonly maxResponseBytes?: number | undefined;
}

/** Where to send requests. */
export interface EndpointOptions {
  /** Such as `cn-north-4`. */
  readonly region?: string | undefined;
  /** 32 hexadecimal digits. Without it the region's project is looked up. */
  readonly projectId?: string | undefined;
  /** The origin of the ServiceStage API, if not the region's. */
  readonly endpoint?: string | undefined;
  /** The origin of the IAM API, if not the region's. */
  readonly iamEndpoint?: string | undefined;
}

/** The addresses that a client may reach beside the public internet. Not for pages: browsers do not show addresses. */
export interface AddressOptions {
  /** Ranges that the endpoints may lead to, such as `10.0.0.0/8`, or single addresses. */
  readonly allowAddresses?: readonly string[] | undefined;
}

/** The package's `component.wasm`: its location, its bytes, or the compiled module. */
export type Code = string | URL | ArrayBuffer | Uint8Array<ArrayBuffer> | WebAssembly.Module;

/** The location of the component's code, for bundled programs. By default the package finds it itself. */
export interface BundleOptions {
  readonly wasm?: Code | undefined;
}

/** An access key, permanent or temporary. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Belongs to a temporary key. */
  readonly securityToken?: string | undefined;
}

/** An IAM token of the project's region. */
export interface Token {
  readonly token: string;
}

/** How a call can be ended early. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}
