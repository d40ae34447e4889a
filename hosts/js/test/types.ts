// Is compiled and never run: what users may write, and what they must not.

import { Client, ForbiddenError, type Listing, type Status, TimeoutError } from "servicestage-pipelines";
import { Client as WebClient } from "servicestage-pipelines/web";

const client = new Client({ region: "cn-north-4", credentials: { accessKeyId: "id", secretAccessKey: "secret" } });
const listing: Listing = await client.listPipelines(
  { status: ["failed", { other: 6 }], created: { from: new Date() }, orderBy: "last-run", direction: "ascending" },
  { signal: AbortSignal.timeout(1000) },
);
const first = listing.pipelines[0];
const status: Status | null | undefined = first?.status;
const year: number | undefined = first?.createTime?.getFullYear();

export function explain(error: unknown): string {
  if (error instanceof ForbiddenError) return error.permission;
  if (error instanceof TimeoutError && error.phase === "call") return `${status} ${year}`;
  return "";
}

await client.listPipelines({ status: ["rolling_back"], orderBy: "last_run", created: { from: "2025-02-18T07:55:12Z" } });
await client.listPipelines({ created: { to: 1_739_865_312_582 } });

// @ts-expect-error The name is misspelt.
await client.listPipelines({ statuss: ["failed"] });
// @ts-expect-error There is no such status.
await client.listPipelines({ status: ["done"] });
// @ts-expect-error A listing cannot be changed.
listing.total = 1;
// @ts-expect-error A page gets no access key.
new WebClient({ credentials: { accessKeyId: "id", secretAccessKey: "secret" } });
