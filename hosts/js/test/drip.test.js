// A server that sends a byte at a time keeps neither the event loop nor the memory of a client busy.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { run } from "./support/run.js";

const script = (name) => fileURLToPath(new URL(`support/${name}`, import.meta.url));
const MIB = 1024 * 1024;

test("chunks of one byte without end end in time, in bounded memory, and leave the event loop free", async (t) => {
  const server = spawn(process.execPath, [script("drip.js")], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [port] = await once(server.stdout, "data");
  const endpoint = `http://127.0.0.1:${String(port).trim()}`;
  const { stdout, stderr } = await run(process.execPath, [script("drained.js"), endpoint, "4000"]);
  const { kind, tookMs, mostBytes, mostLagMs } = JSON.parse(stdout || assert.fail(stderr));
  t.diagnostic(`${Math.round(tookMs)} ms, ${Math.round(mostBytes / MIB)} MiB, held up for ${Math.round(mostLagMs)} ms`);
  assert.equal(kind, "timeout");
  // Generous: before pieces were counted it took 9 s, 600 MiB.
  assert.ok(tookMs < 7000, `it took ${tookMs} ms`);
  assert.ok(mostBytes < 350 * MIB, `it took ${mostBytes} bytes`);
  assert.ok(mostLagMs < 1000, `the event loop was held up for ${mostLagMs} ms`);
});
