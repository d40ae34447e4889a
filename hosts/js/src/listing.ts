/** From the component's JSON to a listing, and back. Both are exact. */

import type { ConfigMode, Integer, Listing, Pipeline, Status } from "./types.js";

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
  version: Integer | null;
  config_mode: ConfigMode | null;
  creator: string | null;
  model_version: Integer | null;
  status: string | { other: Integer } | null;
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

/** The listing in the JSON of the WIT, which every host has in common. */
export function listingJson(listing: Listing): ListingJson {
  return {
    pipelines: listing.pipelines.map((pipeline) => ({
      id: pipeline.id,
      name: pipeline.name,
      description: pipeline.description,
      create_time: pipeline.createTime?.getTime() ?? null,
      update_time: pipeline.updateTime?.getTime() ?? null,
      version: pipeline.version,
      config_mode: pipeline.configMode,
      creator: pipeline.creator,
      model_version: pipeline.modelVersion,
      status: typeof pipeline.status === "string" ? pipeline.status.replaceAll("-", "_") : pipeline.status,
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
