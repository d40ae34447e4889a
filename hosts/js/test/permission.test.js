// Under Node's permission model the client needs its own files and threads, and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { serveFixture } from "./support/cases.js";
import { NODE_24, skipWithout24 as skip } from "./support/node24.js";
import { run } from "./support/run.js";

const HERE = fileURLToPath(new URL("..", import.meta.url));

const PROGRAM = `
import { Client } from "${new URL("../dist/node.js", import.meta.url)}";
console.log((await new Client({ endpoint: process.argv[1] }).listPipelines()).pipelines.length);
`;
const VARIABLES = { HW_AUTH_TOKEN: "example-token", HW_PROJECT_ID: "0123456789abcdef0123456789abcdef" };

async function list(flags) {
  const server = await serveFixture("thousand_records");
  try {
    return await run(NODE_24, ["--permission", ...flags, "--input-type=module", "-e", PROGRAM, server.url], VARIABLES);
  } finally {
    server.stop();
  }
}

test("reading its own files and starting threads is enough", { skip }, async () => {
  const { code, stdout, stderr } = await list([`--allow-fs-read=${HERE}`, "--allow-worker"]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.trim(), "1000");
});

test("without threads, the error says what to allow", { skip }, async () => {
  const { code, stderr } = await list([`--allow-fs-read=${HERE}`]);
  assert.equal(code, 1);
  assert.match(stderr, /HostError: .*--allow-worker/s);
});
