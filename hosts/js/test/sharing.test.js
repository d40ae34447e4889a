// Clients share the threads of a process: hanging calls of one do not block those of another.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, afterEach, before, test } from "node:test";

import { Client, FullError, setMaxThreads, TimeoutError } from "servicestage-pipelines";

const OPTIONS = { projectId: "0123456789abcdef0123456789abcdef", credentials: { token: "example-token" } };
const THREADS = 16;
const FEW = { timeout: 60_000 };

let silent, answering;

before(async () => {
  silent = createServer(() => {}).listen(0, "127.0.0.1");
  answering = createServer((_, response) => response.end("[]")).listen(0, "127.0.0.1");
  await Promise.all([once(silent, "listening"), once(answering, "listening")]);
});
afterEach(() => setMaxThreads(THREADS));
after(() => {
  for (const server of [silent, answering]) (server.closeAllConnections(), server.close());
});

function client(server, options) {
  return new Client({ ...OPTIONS, endpoint: `http://127.0.0.1:${server.address().port}`, ...options });
}

/** Makes this many calls of a client that are not answered until they are ended. */
function hang(one, calls) {
  const abort = new AbortController();
  const made = Array.from({ length: calls }, () => one.listPipelines({}, { signal: abort.signal }));
  const settled = Promise.allSettled(made);
  return async () => {
    abort.abort();
    await settled;
  };
}

test("hanging calls of three clients, more than there are threads, leave one to a fourth", FEW, async () => {
  const free = [1, 2, 3].map(() => hang(client(silent), 2 * THREADS));
  await once(silent, "request");
  assert.equal((await client(answering).listPipelines()).total, 0);
  for (const end of free) await end();
});

test("a call that waits for a thread is over in its time, and says what it waited for", FEW, async () => {
  setMaxThreads(1);
  const end = hang(client(silent), 1);
  await once(silent, "request");
  const error = await client(answering, { callTimeoutMs: 300 })
    .listPipelines()
    .catch((error) => error);
  await end();
  assert.ok(error instanceof FullError && error instanceof TimeoutError, error.stack);
  const { kind, phase, retryable, attempts, threads, own } = error;
  const expected = { kind: "timeout", phase: "call", retryable: true, attempts: 0, threads: 1, own: 0 };
  assert.deepEqual({ kind, phase, retryable, attempts, threads, own }, expected);
  assert.equal(
    error.message,
    "list-pipelines failed: no thread was free within the time allowed.\n" +
      "The call waited 300 ms. The process may use 1 thread for calls, and this client uses 0. (nothing was sent)\n" +
      "Make fewer calls at once, allow more time with `callTimeoutMs`, or more threads with `setMaxThreads(2)`.",
  );
  assert.equal((await client(answering).listPipelines()).total, 0);
});

test("a call's wait for a thread is taken off its time", FEW, async () => {
  setMaxThreads(1);
  const first = client(silent, { callTimeoutMs: 1500 }).listPipelines();
  const began = performance.now();
  const second = client(silent, { callTimeoutMs: 2000 }).listPipelines();
  await Promise.all([first, second].map((call) => assert.rejects(call, { name: "TimeoutError", phase: "call" })));
  // Had its time begun with its thread, it would have taken 3.5 seconds.
  assert.ok(performance.now() - began < 3000, `it took ${performance.now() - began} ms`);
});

test("of those who wait, whoever has the fewest calls running comes first", FEW, async () => {
  setMaxThreads(2);
  const project = (digit) => digit.repeat(32);
  const [greedy, other, modest, humble] = ["1", "2", "3", "4"].map((digit) =>
    client(silent, { projectId: project(digit) }),
  );
  const free = [];
  for (const one of [greedy, other]) {
    free.push(hang(one, 1));
    await once(silent, "request");
  }
  // They join the queue in this order. Then two threads are added.
  free.push(...[greedy, modest, humble].map((one) => hang(one, 1)));
  await new Promise((resolve) => setImmediate(resolve));
  const asked = [];
  silent.on("request", ({ url }) => asked.push(url.split("/")[2]));
  setMaxThreads(4);
  while (asked.length < 2) await once(silent, "request");
  assert.deepEqual(asked.sort(), [project("3"), project("4")]);
  silent.removeAllListeners("request");
  for (const end of free) await end();
});

test("the advice on threads is a number that may be set", () => {
  const advice = (threads) => new FullError("list-pipelines", 1, { threads, own: 0 }).message.split("\n")[2];
  assert.match(advice(8), /more threads with `setMaxThreads\(16\)`\.$/);
  assert.match(advice(600), /more threads with `setMaxThreads\(1024\)`\.$/);
  assert.equal(advice(1024), "Make fewer calls at once, or allow more time with `callTimeoutMs`.");
});

test("a number of threads that makes no sense is refused", () => {
  for (const most of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => setMaxThreads(most), { name: "InvalidArgumentError", argument: "most" }, String(most));
  }
  for (const most of ["4", undefined]) {
    assert.throws(() => setMaxThreads(most), { name: "ArgumentTypeError", argument: "most" }, String(most));
  }
});

test("a timeout longer than timers of JavaScript can be does not end early", FEW, async () => {
  const options = { callTimeoutMs: 2 ** 32 - 1, connectTimeoutMs: 2 ** 32 - 1, firstByteTimeoutMs: 2 ** 32 - 1 };
  assert.equal((await client(answering, options).listPipelines()).total, 0);
});
