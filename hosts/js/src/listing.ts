/** From the component's JSON to a listing, and back. Both are exact. */

import type { ConfigMode, Integer, Listing, Pipeline, Status } from "./types.js";

/** A whole number that JSON.stringify can write. It is text of its digits if a number could not hold it exactly. */
export type IntegerJson = number | string;

/** A listing in the JSON of the WIT: names in snake_case, times in milliseconds. */
export interface ListingJson {
  pipelines: PipelineJson[];
  total: number;
  matched: number;
  truncated: boolean;
  request_id: string | null;
  attempts: number;
}

export interface PipelineJson {
  id: string;
  name: string | null;
  description: string | null;
  create_time: number | null;
  update_time: number | null;
  version: IntegerJson | null;
  config_mode: ConfigMode | null;
  creator: string | null;
  model_version: IntegerJson | null;
  status: string | { other: IntegerJson } | null;
  last_trigger_at: number | null;
  enterprise_project_id: string | null;
  enterprise_project: string | null;
  extend_info: string | null;
}

export function listingOf(text: string): Listing {
  const json = JSON.parse(keepLargeNumbers(text)) as ListingJson;
  return Object.freeze({
    pipelines: Object.freeze(json.pipelines.map(pipelineOf)),
    total: json.total,
    matched: json.matched,
    truncated: json.truncated,
    requestId: json.request_id,
    attempts: json.attempts,
  });
}

function pipelineOf(json: PipelineJson): Pipeline {
  return Object.freeze({
    id: json.id,
    name: json.name,
    description: json.description,
    createTime: date(json.create_time),
    updateTime: date(json.update_time),
    version: integer(json.version),
    configMode: json.config_mode,
    creator: json.creator,
    modelVersion: integer(json.model_version),
    status: statusOf(json.status),
    lastTriggerAt: date(json.last_trigger_at),
    enterpriseProjectId: json.enterprise_project_id,
    enterpriseProject: json.enterprise_project,
    extendInfo: json.extend_info,
  });
}

/**
 * Returns the listing in the JSON of the WIT, ready for JSON.stringify. A number that JavaScript would round is text of
 * its digits. `listingText` writes it as a number, as every host does.
 */
export function listingJson(listing: Listing): ListingJson {
  return jsonWith(listing, (value) => (typeof value === "bigint" ? String(value) : value));
}

/** Returns the listing as the JSON text that all hosts share. Numbers of any size are written as numbers. */
export function listingText(listing: Listing): string {
  return write(
    jsonWith(listing, (value) => value),
    "",
  );
}

/** Writes JSON as JSON.stringify does with an indentation of two, and a bigint as its digits. */
function write(value: unknown, indent: string): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const named = Object.entries(value).filter(([, part]) => part !== undefined);
  const parts = Array.isArray(value)
    ? value.map((part) => write(part, inner))
    : named.map(([name, part]) => `${JSON.stringify(name)}: ${write(part, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return parts.length === 0 ? open + close : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

function jsonWith<To>(listing: Listing, integerJson: (value: Integer) => To) {
  const integer = (value: Integer | null) => (value === null ? null : integerJson(value));
  const status = (value: Status | null) =>
    typeof value === "string" ? value.replaceAll("-", "_") : value && { other: integerJson(value.other) };
  return {
    pipelines: listing.pipelines.map((pipeline) => ({
      id: pipeline.id,
      name: pipeline.name,
      description: pipeline.description,
      create_time: pipeline.createTime?.getTime() ?? null,
      update_time: pipeline.updateTime?.getTime() ?? null,
      version: integer(pipeline.version),
      config_mode: pipeline.configMode,
      creator: pipeline.creator,
      model_version: integer(pipeline.modelVersion),
      status: status(pipeline.status),
      last_trigger_at: pipeline.lastTriggerAt?.getTime() ?? null,
      enterprise_project_id: pipeline.enterpriseProjectId,
      enterprise_project: pipeline.enterpriseProject,
      extend_info: pipeline.extendInfo,
    })),
    total: listing.total,
    matched: listing.matched,
    truncated: listing.truncated,
    request_id: listing.requestId,
    attempts: listing.attempts,
  };
}

function date(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}

function statusOf(json: PipelineJson["status"]): Status | null {
  if (json === null) return null;
  if (typeof json === "string") return json.replaceAll("_", "-") as Status;
  return Object.freeze({ other: integer(json.other) ?? 0 });
}

/** Numbers that JSON.parse would round are handed to it as text, which no other number is. */
function keepLargeNumbers(text: string): string {
  if (!/:-?\d{16,}[,}]/.test(text)) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
}

function integer(value: Integer | string | null): Integer | null {
  if (typeof value !== "string") return value;
  const exact = BigInt(value);
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}
