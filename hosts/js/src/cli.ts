#!/usr/bin/env node
/** `npx servicestage-pipelines list`: a listing for people, or as JSON. */

import process from "node:process";
import { parseArgs } from "node:util";

import {
  Client,
  type ClientOptions,
  type Integer,
  type Kind,
  type Listing,
  listingJson,
  PipelinesError,
  type Query,
  STATUSES,
  type Status,
  type TimeRange,
} from "./node.js";

const USAGE = `Lists the release tasks of a Huawei Cloud ServiceStage project.

Usage: servicestage-pipelines list [OPTIONS]

Where:
  --region REGION, --project-id ID, --endpoint URL, --iam-endpoint URL,
  --allow-address RANGE (repeat it to allow several; such as 10.0.0.0/8, or one address)
Filters and order (a TIME is as in 2025-02-18T15:55:12Z, or a date):
  --name TEXT, --name-contains TEXT, --status STATUS (repeat it to allow several; a word, or the vendor's number),
  --config-mode MODE, --creator NAME, --enterprise-project-id ID,
  --created-from TIME, --created-to TIME, --updated-from TIME, --updated-to TIME,
  --last-run-from TIME, --last-run-to TIME,
  --order-by creation|update|last-run|name, --order asc|desc, --limit N
How:
  --output table|json, --timeout SECONDS, --max-attempts N
Environment:
  HW_REGION_NAME; HW_PROJECT_ID or HUAWEICLOUD_SDK_PROJECT_ID;
  HW_ACCESS_KEY, HW_SECRET_KEY and for temporary keys HW_SECURITY_TOKEN; or HW_AUTH_TOKEN;
  or HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN. A secret is never an argument.
Exit codes:
  0 success, 2 invalid argument, 3 authentication, 4 denied, 5 not found, 6 worth retrying, 1 anything else
`;

const TEXT = { type: "string" } as const;
const OPTIONS = {
  region: TEXT,
  "project-id": TEXT,
  endpoint: TEXT,
  "iam-endpoint": TEXT,
  "allow-address": { type: "string", multiple: true },
  name: TEXT,
  "name-contains": TEXT,
  status: { type: "string", multiple: true },
  "config-mode": TEXT,
  creator: TEXT,
  "enterprise-project-id": TEXT,
  "created-from": TEXT,
  "created-to": TEXT,
  "updated-from": TEXT,
  "updated-to": TEXT,
  "last-run-from": TEXT,
  "last-run-to": TEXT,
  "order-by": TEXT,
  order: TEXT,
  limit: TEXT,
  output: { type: "string", default: "table" },
  timeout: TEXT,
  "max-attempts": TEXT,
  help: { type: "boolean", short: "h" },
} as const;

type Flags = ReturnType<typeof parse>["values"];

const CODES: Partial<Record<Kind, number>> = {
  "invalid-argument": 2,
  unauthenticated: 3,
  "clock-skew": 3,
  denied: 4,
  forbidden: 4,
  "not-found": 5,
};

/** What controls a terminal, or turns the direction of what follows, but for the end of a line. */
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The command line cannot be read. */
class Misused extends Error {}

// Whoever reads may stop early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
process.exitCode = await main(process.argv.slice(2));

async function main(words: string[]): Promise<number> {
  let asJson = false;
  try {
    const { values, positionals } = parse(words);
    if (values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (positionals.join(" ") !== "list") throw new Misused("the command is `list`");
    if (!["table", "json"].includes(values.output)) throw new Misused("--output is table or json");
    asJson = values.output === "json";
    const listing = await new Client(place(values)).listPipelines(query(values));
    if (asJson) process.stdout.write(`${stringify(listingJson(listing))}\n`);
    else print(listing);
    return 0;
  } catch (error) {
    return report(error, asJson);
  }
}

function parse(words: string[]) {
  try {
    return parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Only what parseArgs throws of itself: it names the flag and no value.
    throw new Misused(error instanceof Error ? error.message : String(error));
  }
}

function report(error: unknown, asJson: boolean): number {
  if (error instanceof Misused) {
    process.stderr.write(`error: ${printable(error.message)}\nSee servicestage-pipelines --help.\n`);
    return 2;
  }
  if (!(error instanceof PipelinesError)) {
    process.stderr.write(`error: ${error instanceof Error ? printable(error.message) : String(error)}\n`);
    return 1;
  }
  process.stderr.write(asJson ? `${stringify({ error })}\n` : `error: ${printable(error.message)}\n`);
  return CODES[error.kind] ?? (error.retryable ? 6 : 1);
}

function place(flags: Flags): ClientOptions {
  return {
    region: flags.region,
    projectId: flags["project-id"],
    endpoint: flags.endpoint,
    iamEndpoint: flags["iam-endpoint"],
    allowAddresses: flags["allow-address"],
    callTimeoutMs: flags.timeout === undefined ? undefined : Math.round(number("timeout", flags.timeout) * 1000),
    maxAttempts: flags["max-attempts"] === undefined ? undefined : number("max-attempts", flags["max-attempts"]),
  };
}

function query(flags: Flags): Query {
  const mode = flags["config-mode"];
  return {
    name: flags.name,
    nameContains: flags["name-contains"],
    status: flags.status?.map(status),
    configMode: mode === undefined || mode === "ui" || mode === "template" ? mode : { other: mode },
    creator: flags.creator,
    enterpriseProjectId: flags["enterprise-project-id"],
    created: range(flags["created-from"], flags["created-to"]),
    updated: range(flags["updated-from"], flags["updated-to"]),
    lastRun: range(flags["last-run-from"], flags["last-run-to"]),
    // What is none of these words, the client refuses.
    orderBy: flags["order-by"] as Query["orderBy"],
    direction: flags.order === undefined ? undefined : direction(flags.order),
    limit: flags.limit === undefined ? undefined : number("limit", flags.limit),
  };
}

function status(text: string): Status {
  const known = STATUSES.find((name) => name === text);
  if (known !== undefined) return known;
  if (/^-?\d{1,15}$/.test(text)) return { other: Number(text) };
  throw new Misused(`--status is a number or one of ${STATUSES.join(", ")}`);
}

function direction(text: string): "ascending" | "descending" {
  if (text !== "asc" && text !== "desc") throw new Misused("--order is asc or desc");
  return text === "asc" ? "ascending" : "descending";
}

function range(from: string | undefined, to: string | undefined): TimeRange | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { from: from === undefined ? undefined : time(from), to: to === undefined ? undefined : time(to) };
}

function time(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(date.getTime())) {
    throw new Misused("a TIME is as in 2025-02-18T15:55:12Z, or a date");
  }
  return date;
}

function number(flag: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Misused(`--${flag} is a number`);
  return Number(text);
}

function print(listing: Listing): void {
  const rows = listing.pipelines.map((pipeline) => ({
    name: printable(pipeline.name ?? ""),
    status: word(pipeline.status),
    mode: word(pipeline.configMode),
    creator: printable(pipeline.creator ?? ""),
    created: moment(pipeline.createTime),
    "last run": moment(pipeline.lastTriggerAt),
  }));
  if (rows.length > 0) console.table(rows);
  process.stdout.write(
    `${listing.pipelines.length} of ${listing.matched} that match, of ${listing.total} release tasks\n`,
  );
}

function word(value: string | { readonly other: Integer | string } | null): string {
  return printable(typeof value === "object" ? String(value?.other ?? "") : value);
}

function moment(date: Date | null): string {
  return date === null ? "" : `${date.toISOString().slice(0, 16).replace("T", " ")}Z`;
}

/** Text of the service must not control the terminal. */
function printable(text: string): string {
  return text.replace(CONTROLS, "\ufffd");
}

/** JSON in which what JavaScript holds as bigint is a number all the same, and what controls a terminal is escaped. */
function stringify(value: unknown): string {
  const marked = JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `\u0000${part}` : part), 2);
  const escaped = marked.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return escaped.replace(/"\\u0000(-?\d+)"/g, "$1");
}
