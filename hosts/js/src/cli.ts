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
  listingText,
  PipelinesError,
  type Query,
  STATUSES,
  type Status,
  type TimeRange,
} from "./node.js";
import { quoted } from "./text.js";

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

/** The flags for options of the client, as far as they exist. */
const FLAGS: Readonly<Record<string, string>> = {
  region: "--region",
  projectId: "--project-id",
  endpoint: "--endpoint",
  iamEndpoint: "--iam-endpoint",
  allowAddresses: "--allow-address",
  name: "--name",
  nameContains: "--name-contains",
  status: "--status",
  configMode: "--config-mode",
  creator: "--creator",
  enterpriseProjectId: "--enterprise-project-id",
  created: "--created-from` or `--created-to",
  updated: "--updated-from` or `--updated-to",
  lastRun: "--last-run-from` or `--last-run-to",
  orderBy: "--order-by",
  direction: "--order",
  limit: "--limit",
  callTimeoutMs: "--timeout",
  maxAttempts: "--max-attempts",
};

/** A date, and perhaps a time of day, of this zone or another. */
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** What controls a terminal, or turns the direction of what follows, but for the end of a line. */
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The command line cannot be read. */
class Misused extends Error {}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader may stop early, as `head` does.
  if (error.code === "EPIPE") return;
  process.stderr.write(`error: the listing could not be written to stdout: ${error.message}\n`);
  process.exit(1);
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
    const command = positionals.join(" ");
    if (command !== "list") throw new Misused(`the command is \`list\`, not ${quoted(command)}`);
    if (!["table", "json"].includes(values.output)) throw new Misused(wrong("output", values.output, "table or json"));
    asJson = values.output === "json";
    const listing = await new Client(place(values)).listPipelines(query(values));
    if (asJson) process.stdout.write(`${safe(listingText(listing))}\n`);
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
  const text = asJson ? safe(JSON.stringify({ error }, null, 2)) : `error: ${printable(inFlags(error.message))}`;
  process.stderr.write(`${text}\n`);
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
    created: range(flags, "created"),
    updated: range(flags, "updated"),
    lastRun: range(flags, "last-run"),
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
  throw new Misused(wrong("status", text, `a number or one of ${STATUSES.join(", ")}`));
}

function direction(text: string): "ascending" | "descending" {
  if (text !== "asc" && text !== "desc") throw new Misused(wrong("order", text, "asc or desc"));
  return text === "asc" ? "ascending" : "descending";
}

function range(flags: Flags, name: "created" | "updated" | "last-run"): TimeRange | undefined {
  const [from, to] = [time(flags, `${name}-from`), time(flags, `${name}-to`)];
  return from === undefined && to === undefined ? undefined : { from, to };
}

function time(flags: Flags, flag: `${"created" | "updated" | "last-run"}-${"from" | "to"}`): Date | undefined {
  const text = flags[flag];
  if (text === undefined) return undefined;
  const date = new Date(text);
  const day = TIME.exec(text)?.[1];
  // JavaScript reads the 30th of February as a day of March.
  const exists = day !== undefined && new Date(day).getUTCDate() === Number(day.slice(-2));
  if (exists && !Number.isNaN(date.getTime())) return date;
  throw new Misused(wrong(flag, text, "a time such as 2025-02-18T15:55:12Z, or a date"));
}

function number(flag: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Misused(wrong(flag, text, "a number"));
  return Number(text);
}

function wrong(flag: string, text: string, right: string): string {
  return `--${flag}: ${quoted(text)} is not ${right}`;
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

/** Returns the JSON with characters that control a terminal escaped. */
function safe(json: string): string {
  return json.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Returns the message with flags in place of the client's options. */
function inFlags(message: string): string {
  return message
    .replace("give `credentials`, or set", "set")
    .replace(/`allowAddresses: \[(.*)\]` to the client/g, (_, list: string) => {
      const flags = list.split(", ").map((range) => `--allow-address ${range.replaceAll('"', "")}`);
      return `\`${flags.join(" ")}\``;
    })
    .replace(/`([A-Za-z]+)`/g, (whole, name: string) => (Object.hasOwn(FLAGS, name) ? `\`${FLAGS[name]}\`` : whole));
}
