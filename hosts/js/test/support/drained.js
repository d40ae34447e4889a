// node drained.js ENDPOINT MILLISECONDS: lists from there, and prints as JSON what the process used for it.

import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";

import { Client } from "servicestage-pipelines";

const [, , endpoint, milliseconds] = process.argv;
const loop = monitorEventLoopDelay({ resolution: 5 });
let mostBytes = 0;
const measure = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage().rss)), 20);

loop.enable();
const began = performance.now();
const credentials = { token: "example-token" };
const client = new Client({
  endpoint,
  projectId: "0123456789abcdef0123456789abcdef",
  credentials,
  callTimeoutMs: Number(milliseconds),
});
const error = await client.listPipelines().catch((error) => error);
const tookMs = performance.now() - began;
clearInterval(measure);
console.log(JSON.stringify({ kind: error.kind, tookMs, mostBytes, mostLagMs: loop.max / 1e6 }));
