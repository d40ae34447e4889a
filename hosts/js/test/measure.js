// How long listings take: node test/measure.js

import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { Client } from "servicestage-pipelines";

import { serveFixture } from "./support/cases.js";
import { run } from "./support/run.js";

const CALLS = 50;
const PROCESSES = 10;
const OPTIONS = { projectId: "0123456789abcdef0123456789abcdef", credentials: { token: "example-token" } };

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function tell(what, milliseconds) {
  console.log(`${what}: ${milliseconds.toFixed(1)} ms`);
}

async function later(fixture) {
  const server = await serveFixture(fixture);
  const client = new Client({ ...OPTIONS, endpoint: server.url });
  await client.listPipelines();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const times = [];
  for (let call = 0; call < CALLS; call++) times.push(await timed(() => client.listPipelines()));
  loop.disable();
  tell(`a later call, ${fixture}`, median(times));
  tell("  the event loop was held at most", loop.max / 1e6);
  server.stop();
}

if (process.argv[2] === undefined) {
  const server = await serveFixture("thousand_records");
  const times = [];
  for (let each = 0; each < PROCESSES; each++) {
    times.push(Number((await run(process.execPath, [fileURLToPath(import.meta.url), server.url])).stdout));
  }
  tell("the first call of a process, thousand_records", median(times));
  server.stop();
  for (const fixture of ["thousand_records", "vendor_example"]) await later(fixture);
} else {
  console.log(await timed(() => new Client({ ...OPTIONS, endpoint: process.argv[2] }).listPipelines()));
}
