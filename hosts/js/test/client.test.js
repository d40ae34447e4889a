// What the client itself promises, beside the component.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { inspect } from "node:util";

import { ArgumentTypeError, Client, InvalidArgumentError } from "servicestage-pipelines";

import { serveFixture } from "./support/cases.js";

const PROJECT = "0123456789abcdef0123456789abcdef";
const SECRET = "ExampleSecretKey0123456789abcdefABCDEFxy";
const TOKEN = { token: "example-token-0123456789" };

let thousand;

before(async () => {
  thousand = await serveFixture("thousand_records");
});
after(() => thousand.stop());

function client(options) {
  return new Client({ projectId: PROJECT, credentials: TOKEN, endpoint: thousand.url, ...options });
}

/** A server that takes requests and never answers. */
async function silence(t) {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${server.address().port}`, server };
}

test("a call leaves the event loop free while it waits", async (t) => {
  const silent = await silence(t);
  const call = client({ endpoint: silent.url, callTimeoutMs: 1000 }).listPipelines();
  // Were the loop blocked, the server, which is in this very process, could not take the request.
  await once(silent.server, "request");
  await assert.rejects(call, { name: "TimeoutError", phase: "call" });
});

test("calls run side by side, also more than there are threads", async () => {
  const limits = Array.from({ length: 12 }, (_, index) => index + 1);
  const listings = await Promise.all(limits.map((limit) => client().listPipelines({ limit })));
  assert.deepEqual(
    listings.map(({ pipelines }) => pipelines.length),
    limits,
  );
});

test("a kept connection is used again by the client that made it, and by no other", async (t) => {
  let connections = 0;
  const server = createServer((_, response) => response.end("[]")).listen(0, "127.0.0.1");
  server.on("connection", () => (connections += 1));
  await once(server, "listening");
  t.after(() => (server.closeAllConnections(), server.close()));
  const one = client({ endpoint: `http://127.0.0.1:${server.address().port}` });
  for (const _ of [1, 2, 3]) await one.listPipelines();
  assert.equal(connections, 1);
  await client({ endpoint: `http://127.0.0.1:${server.address().port}` }).listPipelines();
  assert.equal(connections, 2);
});

test("a signal ends a call, before it begins, while it waits for a thread, and under way", async (t) => {
  await assert.rejects(
    client().listPipelines({}, { signal: AbortSignal.abort("early") }),
    (reason) => reason === "early",
  );
  const silent = await silence(t);
  const abort = new AbortController();
  const { signal } = abort;
  const calls = Array.from({ length: 6 }, () => client({ endpoint: silent.url }).listPipelines({}, { signal }));
  await once(silent.server, "request");
  abort.abort(new Error("enough"));
  const reasons = (await Promise.allSettled(calls)).map(({ reason }) => reason?.message);
  assert.deepEqual(
    reasons,
    calls.map(() => "enough"),
  );
  assert.equal((await client().listPipelines({ limit: 1 })).pipelines.length, 1);
});

test("a listing cannot be changed", async () => {
  const listing = await client().listPipelines({ limit: 1 });
  assert.ok(Object.isFrozen(listing) && Object.isFrozen(listing.pipelines) && Object.isFrozen(listing.pipelines[0]));
});

test("a misspelt option is a TypeError that names it", async () => {
  assert.throws(
    () => client({ reigon: "cn-north-4" }),
    (error) => {
      assert.ok(error instanceof TypeError && error instanceof ArgumentTypeError);
      assert.equal(error.argument, "reigon");
      assert.match(error.message, /there is no such option; there are region, projectId/);
      return true;
    },
  );
  const rejected = [
    [{ nameContain: "shop" }, "nameContain"],
    [{ created: { form: new Date() } }, "created.form"],
  ];
  for (const [query, argument] of rejected) {
    await assert.rejects(client().listPipelines(query), { name: "ArgumentTypeError", argument });
  }
  assert.throws(() => client({ credentials: { tokn: "x" } }), { argument: "credentials.tokn" });
  await assert.rejects(client().listPipelines({}, { signl: AbortSignal.abort() }), { argument: "signl" });
});

test("a value of a wrong type is a TypeError that names the option", async () => {
  const cases = [
    [{ limit: "10" }, "limit"],
    [{ limit: 10n }, "limit"],
    [{ name: 5 }, "name"],
    [{ name: null }, "name"],
    [{ name: new Uint8Array([120]) }, "name"],
    [{ status: "failed" }, "status"],
    [{ status: [3] }, "status"],
    [{ status: [{ other: "3" }] }, "status"],
    [{ status: [{}] }, "status"],
    [{ configMode: ["ui"] }, "configMode"],
    [{ status: [{ other: 1, word: "failed" }] }, "status"],
    [{ configMode: { other: 1 } }, "configMode"],
    [{ created: [new Date()] }, "created"],
    [{ created: { from: true } }, "created.from"],
    [{ created: { to: null } }, "created.to"],
    [{ orderBy: 5 }, "orderBy"],
    [{ direction: ["ascending"] }, "direction"],
    ["failed", "options"],
    [new Map([["name", "shop"]]), "options"],
    [new URLSearchParams({ name: "shop" }), "options"],
    [{ created: ["2025-01-01T00:00:00Z"] }, "created"],
  ];
  for (const [query, argument] of cases) {
    const error = await client()
      .listPipelines(query)
      .catch((error) => error);
    assert.ok(error instanceof TypeError, `${argument}: ${error}`);
    assert.equal(error.argument, argument);
    assert.ok(error.message.includes(`\`${argument}\`: `) && error.message.includes("(nothing was sent)"));
  }
  for (const [options, argument] of [
    [{ region: 5 }, "region"],
    [{ credentials: SECRET }, "credentials"],
    [{ allowAddresses: "10.0.0.0/8" }, "allowAddresses"],
    [{ wasm: 5 }, "wasm"],
    [{ worker: 5 }, "worker"],
  ]) {
    assert.throws(() => client(options), { name: "ArgumentTypeError", argument });
  }
});

test("options that an object inherits count", async () => {
  class Failed {
    get limit() {
      return 2;
    }
  }
  for (const query of [new Failed(), Object.create({ limit: 2 })]) {
    assert.equal((await client().listPipelines(query)).pipelines.length, 2);
  }
});

test("a value that is not allowed is an invalid argument", async () => {
  const cases = [
    [{ limit: -1 }, "limit"],
    [{ limit: 1.5 }, "limit"],
    [{ limit: NaN }, "limit"],
    [{ limit: Infinity }, "limit"],
    [{ limit: 2 ** 32 }, "limit"],
    [{ status: ["done"] }, "status"],
    [{ status: [{ other: 0.5 }] }, "status"],
    [{ configMode: "console" }, "configMode"],
    [{ created: { from: "2025-01-01" } }, "created.from"],
    [{ created: { from: "2025-02-18T07:55:12" } }, "created.from"],
    [{ created: { from: new Date("soon") } }, "created.from"],
    [{ created: { to: new Date(-1) } }, "created.to"],
    [{ updated: { to: -1 } }, "updated.to"],
    [{ lastRun: { to: 1.5 } }, "lastRun.to"],
    [{ lastRun: { to: Infinity } }, "lastRun.to"],
    [{ orderBy: "size" }, "orderBy"],
    [{ direction: "up" }, "direction"],
    // On its way to the component, the half would become another character.
    [{ name: "shop\ud83d" }, "name"],
    [{ configMode: { other: "\udc00" } }, "configMode"],
  ];
  for (const [query, argument] of cases) {
    const expected = { name: "InvalidArgumentError", argument, attempts: 0 };
    await assert.rejects(client().listPipelines(query), expected, argument);
  }
});

test("a word has hyphens or underscores, and a time is a Date, text or milliseconds", async () => {
  const list = async (query) => (await client().listPipelines(query)).pipelines.map(({ id }) => id);
  for (const [one, other] of [
    [{ status: ["rolling-back", "rollback-failed"] }, { status: ["rolling_back", "rollback_failed"] }],
    [{ orderBy: "last-run" }, { orderBy: "last_run" }],
  ]) {
    assert.deepEqual(await list(one), await list(other));
    assert.ok((await list(one)).length > 0);
  }
  const from = new Date("2025-01-01T00:00:00Z");
  const found = await list({ updated: { from } });
  assert.ok(found.length > 0 && found.length < 1000);
  for (const time of ["2025-01-01T08:00:00+08:00", from.getTime()]) {
    assert.deepEqual(await list({ updated: { from: time } }), found);
  }
});

test("a refused value is shown with its escapes, and an option is named as it is typed", async () => {
  const shown = [
    [{ orderBy: "size\n" }, '"size\\n" is not one of'],
    [{ direction: "\u202eup" }, '"\\u{202e}up" is not one of'],
    [{ status: ["done\u00a0"] }, '"done\\u{a0}" is not one of'],
    [{ status: [{ other: 2n ** 64n }] }, "18446744073709551616n is not a whole number of 64 bits"],
    [{ configMode: "x".repeat(99) }, `"${"x".repeat(64)}"... is not one of`],
    [{ limit: -1 }, "not -1"],
    [{ created: { from: "2025\u2028" } }, '"2025\\u{2028}" is not a time'],
    [{ "nam\ne": "shop" }, 'the argument "nam\\ne" is not valid'],
  ];
  for (const [query, text] of shown) {
    const error = await client()
      .listPipelines(query)
      .catch((error) => error);
    assert.ok(error.message.includes(text), error.message);
  }
  assert.throws(
    () => client({ allowAddresses: ["10.0.0.0/8\n"] }),
    (error) => error.message.includes('"10.0.0.0/8\\n" is not a range of addresses'),
  );
});

test("an argument that the component refuses is named as in JavaScript, and in JSON as in the contract", async () => {
  const cases = [
    [{ projectId: "no" }, {}, "projectId", "project-id"],
    [{ iamEndpoint: "http://example.com" }, {}, "iamEndpoint", "iam-endpoint"],
    [{ callTimeoutMs: 0 }, {}, "callTimeoutMs", "call-timeout-ms"],
    [{ maxAttempts: 0 }, {}, "maxAttempts", "max-attempts"],
    [{}, { nameContains: "" }, "nameContains", "name-contains"],
    [{}, { enterpriseProjectId: "" }, "enterpriseProjectId", "enterprise-project-id"],
    [{}, { lastRun: {} }, "lastRun", "last-run"],
    [
      { credentials: { accessKeyId: " ", secretAccessKey: SECRET } },
      {},
      "credentials.accessKeyId",
      "credentials.access-key-id",
    ],
  ];
  for (const [options, query, name, contract] of cases) {
    const error = await client(options)
      .listPipelines(query)
      .catch((error) => error);
    assert.equal(error.argument, name, error.message);
    assert.ok(error.message.includes(`the argument \`${name}\` is not valid`), error.message);
    assert.ok(!error.message.includes(`\`${contract}\``), error.message);
    const json = error.toJSON();
    assert.equal(json.kind.invalid_argument.argument, contract);
    assert.ok(json.message.includes(`\`${contract}\``), json.message);
  }
});

test("an order has a natural direction", async () => {
  const names = (await client().listPipelines({ orderBy: "name", limit: 3 })).pipelines.map(({ name }) => name);
  assert.deepEqual(names, [...names].sort());
  const times = (await client().listPipelines({ orderBy: "update", limit: 3 })).pipelines.map((one) => one.updateTime);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => b - a),
  );
});

test("no secret is in what can be looked at", async () => {
  const credentials = { accessKeyId: "EXAMPLEAK0123456789A", secretAccessKey: SECRET, securityToken: `${SECRET}2` };
  const holder = client({ credentials });
  assert.ok(!inspect(holder, { depth: Infinity, showHidden: true }).includes(SECRET));
  assert.equal(JSON.stringify(holder), "{}");
  const errors = [
    await holder.listPipelines({ name: "" }).catch((error) => error),
    await client({ credentials, endpoint: "http://127.0.0.1:1", maxAttempts: 1 })
      .listPipelines()
      .catch((e) => e),
  ];
  for (const wrong of [
    { secretAccessKey: SECRET },
    { accessKeyId: 5, secretAccessKey: SECRET },
    { token: SECRET, securityToken: SECRET },
  ]) {
    try {
      client({ credentials: wrong });
    } catch (error) {
      errors.push(error);
    }
  }
  assert.equal(errors.length, 5);
  for (const error of errors) {
    const refused = error instanceof InvalidArgumentError || error instanceof ArgumentTypeError;
    assert.ok(refused || error.kind === "refused", error.message);
    assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes(SECRET.slice(0, 12)), error.message);
  }
});
