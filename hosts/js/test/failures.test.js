// Failures of real networks, each with a class of its own.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";

import * as api from "servicestage-pipelines";

import { failureOf } from "../dist/failures.js";
import { threadFault } from "../dist/faults.js";
import { run } from "./support/run.js";
import { cases, clientOptions, serveFixture, withoutOrigin } from "./support/cases.js";

const EMPTY = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]";
const OPTIONS = { projectId: "0123456789abcdef0123456789abcdef", credentials: { token: "example-token" } };

async function failure(call) {
  const error = await call.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
  assert.ok(error instanceof api.PipelinesError, String(error.stack));
  return error;
}

/** A server of bytes: `answer` gets each connection. */
async function listen(answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: server.address().port, stop: () => server.close() };
}

test("an answer that arrives too late is an error that names the part that was late", async (t) => {
  const limits = {
    first_byte_timeout: { firstByteTimeoutMs: 300 },
    between_bytes_timeout: { betweenBytesTimeoutMs: 300 },
    call_timeout: { callTimeoutMs: 300 },
    call_timeout_in_body: { callTimeoutMs: 300 },
  };
  for (const one of cases().filter(({ name }) => Object.hasOwn(limits, name))) {
    const server = await serveFixture(one.name);
    t.after(server.stop);
    const client = new api.Client({ ...clientOptions(one, server.url), ...limits[one.name] });
    const error = await failure(client.listPipelines());
    assert.ok(error instanceof api.TimeoutError, one.name);
    assert.deepEqual(withoutOrigin({ error }), withoutOrigin(one.expected), one.name);
  }
});

test("a slow response in time is listed", async (t) => {
  const one = cases().find(({ name }) => name === "slow_but_in_time");
  const server = await serveFixture(one.name);
  t.after(server.stop);
  const limits = { firstByteTimeoutMs: 60_000, betweenBytesTimeoutMs: 60_000 };
  const listing = await new api.Client({ ...clientOptions(one, server.url), ...limits }).listPipelines();
  assert.deepEqual(api.listingJson(listing), one.expected.listing);
});

test("a port at which nobody listens refuses, is tried again, and is worth another call", async (t) => {
  const { port, stop } = await listen(() => {});
  stop();
  const client = new api.Client({ ...OPTIONS, endpoint: `http://127.0.0.1:${port}`, maxAttempts: 2 });
  const error = await failure(client.listPipelines());
  assert.ok(error instanceof api.RefusedError, error.message);
  assert.equal(error.attempts, 2);
  assert.equal(error.retryable, true);
});

test("a server that speaks no TLS fails the handshake", async (t) => {
  const { port, stop } = await listen((socket) => socket.on("error", () => {}).end("HTTP/1.1 200 OK\r\n\r\n"));
  t.after(stop);
  const error = await failure(new api.Client({ ...OPTIONS, endpoint: `https://127.0.0.1:${port}` }).listPipelines());
  assert.ok(error instanceof api.TlsError, error.message);
});

test("a connection that takes too long is reported as that", async (t) => {
  const { port, stop } = await listen((socket) => socket.on("error", () => {}));
  t.after(stop);
  // It is accepted, but TLS never begins.
  const options = { ...OPTIONS, endpoint: `https://127.0.0.1:${port}`, connectTimeoutMs: 200, maxAttempts: 1 };
  const error = await failure(new api.Client(options).listPipelines());
  assert.ok(error instanceof api.TimeoutError, error.message);
  assert.equal(error.phase, "connect");
});

test("a server that never stops is stopped at the limit, in bounded memory", async (t) => {
  let sent = 0;
  const { port, stop } = await listen((socket) => {
    const piece = Buffer.alloc(64 * 1024, " ");
    const pour = () => {
      while (!socket.destroyed && socket.write(piece)) sent += piece.length;
    };
    socket.on("error", () => {}).on("drain", pour);
    socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[");
    pour();
  });
  t.after(stop);
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new api.Client({ ...OPTIONS, endpoint, maxResponseBytes: 4 * 1024 * 1024 });
  const error = await failure(client.listPipelines());
  assert.ok(error instanceof api.TooLargeError, error.message);
  assert.equal(error.limitBytes, 4 * 1024 * 1024);
  assert.ok(sent < 64 * 1024 * 1024, `the server could send ${sent} bytes`);
});

test("whatever a server sends is reported by its kind", async () => {
  const ok = "HTTP/1.1 200 OK\r\n";
  const answers = {
    "": "reset",
    "HTTP/1.1 200 O": "reset",
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: other\r\nconnection: upgrade\r\n\r\n": "reset",
    "no HTTP\r\n\r\n": "other",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": "other",
    [`${ok}content-length: 2\r\ncontent-length: 3\r\n\r\n[]`]: "other",
    [`${ok}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`]: "other",
    [`${ok}transfer-encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n`]: "other",
    [`${ok}a: b\0c\r\n\r\n[]`]: "other",
    [`${ok}a: ${"b".repeat(66_000)}\r\n\r\n[]`]: "too-large",
    [`${ok}content-length: 20\r\n\r\n[]`]: "cut-short",
    [`${ok}content-length: 1\r\n\r\n[]`]: "cut-short",
  };
  for (const [answer, kind] of Object.entries(answers)) {
    const { port, stop } = await listen((socket) => {
      socket.on("error", () => {}).once("data", () => socket.end(answer));
    });
    const client = new api.Client({ ...OPTIONS, endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 });
    assert.equal((await failure(client.listPipelines())).kind, kind, answer.slice(0, 100));
    stop();
  }
});

test("headers of up to 64 KiB are read, however many they are", async (t) => {
  const most = 64 * 1024 - 200;
  const large = `a: ${"b".repeat(most)}\r\n`;
  const many = "a:\r\n".repeat(most / 4);
  for (const headers of [large, many]) {
    const { port, stop } = await listen((socket) => {
      const answer = `HTTP/1.1 200 OK\r\n${headers}x-request-id: 0123456789abcdef0123456789abcdef\r\n\r\n[]`;
      socket.on("error", () => {}).once("data", () => socket.end(answer));
    });
    t.after(stop);
    const listing = await new api.Client({ ...OPTIONS, endpoint: `http://127.0.0.1:${port}` }).listPipelines();
    assert.equal(listing.requestId, "0123456789abcdef0123456789abcdef");
  }
});

test("an answer that is not HTTP is reported in the parser's words, and does not ask for a bug report", async (t) => {
  const ok = "HTTP/1.1 200 OK\r\n";
  const answers = {
    "SSH-2.0-OpenSSH_9.2\r\n": /The answer is not HTTP: Expected HTTP\//,
    [`${ok}transfer-encoding: chunked\r\n\r\nzz\r\n`]: /The answer is not HTTP: Invalid character in chunk size/,
    [`${ok}a b: c\r\n\r\n[]`]: /The answer is not HTTP: Invalid header token/,
  };
  for (const [answer, told] of Object.entries(answers)) {
    const { port, stop } = await listen((socket) =>
      socket.on("error", () => {}).once("data", () => socket.end(answer)),
    );
    t.after(stop);
    const client = new api.Client({ ...OPTIONS, endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 });
    const { message } = await failure(client.listPipelines());
    assert.match(message, told);
    assert.match(message, /\(GET http:\/\/127.*\)\nCheck that `endpoint` is the API itself/);
  }
});

test("a handshake without a known reason is reported as that, and one with a reason by it", () => {
  const what = (message) => failureOf(Object.assign(new Error(message), { code: "EPROTO" }), undefined).reason.what;
  assert.equal(what("write EPROTO"), "TLS failed for an unknown reason (EPROTO).");
  const told = "write EPROTO 40:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:354:";
  assert.equal(what(told), "TLS failed: wrong version number (EPROTO).");
});

test("a resource that this machine lacks is named", async () => {
  // Too few files for a connection, though enough for the thread.
  const program = `
    import { openSync } from "node:fs";
    import { Client } from "${new URL("../dist/node.js", import.meta.url)}";
    const client = new Client({ endpoint: process.argv[1], maxAttempts: 1 });
    const list = () => client.listPipelines().then(({ total }) => total, ({ message }) => message);
    await list();
    try { for (;;) openSync("/dev/null"); } catch {}
    console.log(await list());`;
  const { port, stop } = await listen((socket) => socket.on("error", () => {}).destroy());
  const variables = { HW_AUTH_TOKEN: "example-token", HW_PROJECT_ID: OPTIONS.projectId };
  const node = [process.execPath, "--input-type=module", "-e", program, `http://127.0.0.1:${port}`];
  const { stdout, stderr } = await run("sh", ["-c", 'ulimit -n 64; exec "$@"', "sh", ...node], variables);
  stop();
  assert.match(
    stdout,
    /This process may open no more files \(EMFILE\)\. \(GET .*\)\nRaise the limit of open files/,
    stderr,
  );
});

test("a system that lends no memory, or no thread, is reported as that", async (t) => {
  const { port, stop } = await listen((socket) => socket.on("error", () => {}).once("data", () => socket.end(EMPTY)));
  t.after(stop);
  const program = `
    import { Client } from "${new URL("../dist/node.js", import.meta.url)}";
    const client = new Client({ endpoint: process.argv[1] });
    console.log(await client.listPipelines().then(({ total }) => total, String));`;
  const variables = { HW_AUTH_TOKEN: "example-token", HW_PROJECT_ID: OPTIONS.projectId };
  const node = [process.execPath, "--input-type=module", "-e", program, `http://127.0.0.1:${port}`];
  // Enough for Node itself, but not for the component's memory, for which V8 reserves gigabytes.
  const { stdout, stderr } = await run("sh", ["-c", 'ulimit -v 4000000; exec "$@"', "sh", ...node], variables);
  assert.match(
    stdout,
    /^HostError: .*\n.*[Oo]ut of memory.*\nRaise the limits of threads and memory \(ulimit -u, ulimit -v/,
    stderr,
  );
  assert.doesNotMatch(stdout, /Report this/);
  const { reason, advice } = threadFault(Object.assign(new Error("EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" }));
  assert.equal(reason, "The system starts no more threads (EAGAIN)");
  assert.match(advice, /ulimit -u/);
});

test("a Node without WebAssembly, as where no memory may be made executable, is reported as that", async () => {
  const program = `
    import { Client } from "${new URL("../dist/node.js", import.meta.url)}";
    await new Client({ endpoint: "http://127.0.0.1:1" }).listPipelines().catch((error) => console.log(String(error)));`;
  const variables = { HW_AUTH_TOKEN: "example-token", HW_PROJECT_ID: OPTIONS.projectId };
  const words = ["--jitless", "--no-warnings", "--input-type=module", "-e", program];
  const { stdout, stderr } = await run(process.execPath, words, variables);
  assert.match(
    stdout,
    /^HostError: WebAssembly is not available\.\n.*--jitless.*\nRun Node without --jitless, /,
    stderr,
  );
});

test("times within an error are Dates", async (t) => {
  const server = await serveFixture("gateway_clock_skew");
  t.after(server.stop);
  const error = await failure(new api.Client({ ...OPTIONS, endpoint: server.url }).listPipelines());
  assert.ok(error instanceof api.ClockSkewError);
  assert.equal(error.signedAt.toISOString(), "2026-05-28T09:27:52.000Z");
});
