// `npx servicestage-pipelines list`, as it is installed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { folder, serveFixture } from "./support/cases.js";
import { run } from "./support/run.js";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const PLACE = { HW_REGION_NAME: "cn-north-4", HW_PROJECT_ID: "0123456789abcdef0123456789abcdef" };
const TOKEN = { ...PLACE, HW_AUTH_TOKEN: "example-token-0123456789" };

const cli = (words, variables = TOKEN) => run(process.execPath, [CLI, ...words], variables);

async function withFixture(name, use) {
  const server = await serveFixture(name);
  try {
    return await use(["list", "--endpoint", server.url, "--max-attempts", "1"]);
  } finally {
    server.stop();
  }
}

function expected(name) {
  return JSON.parse(readFileSync(`${folder(name)}/expected.json`, "utf8"));
}

test("a listing is JSON as every host has it", async () => {
  const { code, stdout, stderr } = await withFixture("every_status", (list) => cli([...list, "--output", "json"]));
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), expected("every_status").listing);
});

test("filters are those of the tool", async () => {
  const words = ["--status", "failed", "--status", "6", "--order-by", "name", "--order", "desc", "--limit", "1"];
  const filters = [...words, "--created-from", "2025-01-01", "--output", "json"];
  const { code, stdout, stderr } = await withFixture("filter_several", (list) => cli([...list, ...filters]));
  assert.equal(code, 0, stderr);
  const listing = JSON.parse(stdout);
  assert.deepEqual([listing.matched, listing.truncated], [2, true]);
  assert.deepEqual(listing.pipelines[0].status, { other: 6 });
});

test("a table is for people", async () => {
  const { code, stdout } = await withFixture("vendor_example", (list) => cli(list));
  assert.equal(code, 0);
  assert.match(stdout, /release-gn7mre/);
  assert.match(stdout, /2025-02-18 07:55Z/);
  assert.match(stdout, /1 of 1 that match, of 1 release tasks/);
});

test("an error keeps its words, and its kind is the exit code", async () => {
  const codes = { forbidden: 4, not_found: 5, unauthenticated_token: 3, unavailable: 6, not_json: 1 };
  for (const [name, code] of Object.entries(codes)) {
    const printed = await withFixture(name, (list) => cli([...list, "--output", "json"]));
    assert.equal(printed.code, code, printed.stderr);
    assert.equal(printed.stdout, "");
    assert.deepEqual(JSON.parse(printed.stderr).error.kind, expected(name).error.kind);
  }
  const { stderr } = await withFixture("forbidden", (list) => cli(list));
  assert.match(stderr, /^error: list-pipelines failed: the credentials lack the permission/);
});

test("text of the service controls no terminal, and in JSON it survives", async (t) => {
  const name = "a\u001b[2Jb\u009bc\u202ed\u0000e";
  const server = createServer((_, response) => response.end(JSON.stringify([{ id: "1", name, status: 2 }])));
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const list = ["list", "--endpoint", `http://127.0.0.1:${server.address().port}`];
  for (const words of [list, [...list, "--output", "json"]]) {
    const { code, stdout, stderr } = await cli(words);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    if (words.includes("json")) assert.equal(JSON.parse(stdout).pipelines[0].name, name);
  }
});

test("a private address is reached only if it is allowed", async () => {
  // Linux connects it to this machine. It is the port of "discard", at which nobody listens here.
  const list = ["list", "--endpoint", "https://0.0.0.0:9", "--max-attempts", "1"];
  const denied = await cli(list);
  assert.equal(denied.code, 4, denied.stderr);
  assert.match(denied.stderr, /it leads to .+ \(unspecified\), which is not granted/);
  const refused = await cli([...list, "--allow-address", "0.0.0.0"]);
  assert.equal(refused.code, 6, refused.stderr);
});

test("what cannot be read is refused with a way on", async () => {
  for (const words of [
    ["list", "--statuss", "failed"],
    ["lists"],
    ["list", "--limit", "ten"],
    ["list", "--created-to", "soon"],
    ["list", "--created-to", "2025-02-30"],
    ["list", "--created-to", "2025-02-18junk"],
  ]) {
    const { code, stderr } = await cli(words);
    assert.equal(code, 2);
    assert.match(stderr, /^error: .+\nSee servicestage-pipelines --help\.\n$/s);
  }
  const missing = await cli(["list"], PLACE);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /HW_ACCESS_KEY and HW_SECRET_KEY/);
});

test("a refused value is shown with its escapes, and a flag is named as it is typed", async () => {
  const refused = {
    'the command is `list`, not "lisst\\n"': ["lisst\n"],
    '--output: "yaml" is not table or json': ["list", "--output", "yaml"],
    '--limit: "10 " is not a number': ["list", "--limit", "10 "],
    '--order: "\\u{202e}desc" is not asc or desc': ["list", "--order", "\u202edesc"],
    '--status: "faild\\t" is not a number or one of': ["list", "--status", "faild\t"],
    '--updated-from: "2025-2-1" is not a time such as': ["list", "--updated-from", "2025-2-1"],
  };
  for (const [told, words] of Object.entries(refused)) {
    const { code, stderr } = await cli(words);
    assert.equal(code, 2);
    assert.ok(stderr.startsWith(`error: ${told}`), stderr);
  }
  const byClient = {
    "--project-id": ["list", "--project-id", "no"],
    "--timeout": ["list", "--timeout", "0"],
    "--name-contains": ["list", "--name-contains", ""],
    "--order-by": ["list", "--order-by", "size"],
    "--allow-address": ["list", "--allow-address", "10.0.0.0/99"],
  };
  for (const [flag, words] of Object.entries(byClient)) {
    const { code, stderr } = await cli(words);
    assert.equal(code, 2, stderr);
    assert.ok(stderr.includes(`the argument \`${flag}\` is not valid`), stderr);
  }
  const denied = await cli(["list", "--endpoint", "https://10.0.0.5"]);
  assert.match(denied.stderr, /To allow it, pass `--allow-address 10\.0\.0\.5`\./);
});

test("a number that JavaScript would round is printed with all its digits", async (t) => {
  const server = createServer((_, response) =>
    response.end('[{"id":"1","name":"\\u00007","version":9007199254740993}]'),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const { stdout } = await cli(["list", "--endpoint", `http://127.0.0.1:${server.address().port}`, "--output", "json"]);
  assert.match(stdout, /"version": 9007199254740993,/);
  assert.equal(JSON.parse(stdout).pipelines[0].name, "\u00007");
});

test("a disk that is full is told", { skip: existsSync("/dev/full") ? false : "there is no /dev/full" }, async () => {
  await withFixture("vendor_example", async (list) => {
    const words = ["-c", `exec "$0" "$@" >/dev/full`, process.execPath, CLI, ...list];
    const { code, stderr } = await run("sh", words, TOKEN);
    assert.equal(code, 1);
    assert.match(stderr, /^error: the listing could not be written to stdout: ENOSPC.*\n$/);
  });
});
