// Checks the package's types. It is compiled and never run.

import { Client, FullError, type Listing, setMaxThreads } from "servicestage-pipelines";
import { Client as WebClient } from "servicestage-pipelines/web";

setMaxThreads(8);
const bytes = new Uint8Array();
const client = new Client({ region: "cn-north-4", wasm: bytes, worker: new URL("file:///worker.mjs") });
const page = new WebClient({ credentials: { token: "token" }, wasm: "component.wasm" });

export const listings: Promise<Listing>[] = [client.listPipelines({ limit: 1 }), page.listPipelines()];
export const threads = (error: unknown): number => (error instanceof FullError ? error.threads : 0);

// @ts-expect-error There is no such option.
new Client({ wams: bytes });
