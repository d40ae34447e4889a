// A server that sends a byte at a time keeps neither the event loop nor the memory of a client busy.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Admission } from "../dist/admission.js";
import { sendWithNode } from "../dist/send-node.js";
import { run } from "./support/run.js";

const MAX_PIECES_AHEAD = 16;

const script = (name) => fileURLToPath(new URL(`support/${name}`, import.meta.url));
const MIB = 1024 * 1024;

/** The host and port of a server that sends a byte in each chunk, until the test ends. */
async function drip(t) {
  const server = spawn(process.execPath, [script("drip.js")], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [port] = await once(server.stdout, "data");
  return `127.0.0.1:${String(port).trim()}`;
}

test("chunks of one byte are passed on together, and no more than are taken", { timeout: 30_000 }, async (t) => {
  const authority = await drip(t);
  const timeouts = { connectTimeoutMs: 10_000, firstByteTimeoutMs: 10_000, betweenBytesTimeoutMs: 10_000 };
  const request = { method: "GET", scheme: "http", authority, path: "/", headers: [], ...timeouts };
  const sizes = [];
  const pending = sendWithNode(new Admission([]))(request, (event) => {
    if (event.type === "chunk") sizes.push(event.bytes.length);
  });
  const until = async (pieces) => {
    while (sizes.length < pieces) await new Promise((resolve) => setTimeout(resolve, 10));
    // Waits for anything else to arrive.
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  await until(MAX_PIECES_AHEAD);
  assert.equal(sizes.length, MAX_PIECES_AHEAD);
  for (let piece = 0; piece < MAX_PIECES_AHEAD; piece++) pending.taken();
  await until(2 * MAX_PIECES_AHEAD);
  assert.equal(sizes.length, 2 * MAX_PIECES_AHEAD);
  pending.abort();
  const most = Math.max(...sizes);
  assert.ok(most > 1000 && most < 1024 * 1024, `the largest piece has ${most} bytes`);
});

test("chunks of one byte without end end in time, in bounded memory, and leave the event loop free", async (t) => {
  const endpoint = `http://${await drip(t)}`;
  const { stdout, stderr } = await run(process.execPath, [script("drained.js"), endpoint, "4000"]);
  const { kind, tookMs, mostBytes, mostLagMs } = JSON.parse(stdout || assert.fail(stderr));
  t.diagnostic(`${Math.round(tookMs)} ms, ${Math.round(mostBytes / MIB)} MiB, held up for ${Math.round(mostLagMs)} ms`);
  assert.equal(kind, "timeout");
  // Generous: on an idle machine it took 10 s and 600 MiB before pieces were counted.
  assert.ok(tookMs < 7000, `it took ${tookMs} ms`);
  assert.ok(mostBytes < 350 * MIB, `it took ${mostBytes} bytes`);
  assert.ok(mostLagMs < 1000, `the event loop was held up for ${mostLagMs} ms`);
});
