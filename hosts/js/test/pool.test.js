// Threads end when their call must not go on. A failure in one affects only its own call.

import assert from "node:assert/strict";
import { test } from "node:test";

import { coreOf, scriptOf } from "../dist/assets.js";
import { Caller, run } from "../dist/pool.js";

const CALL = {
  operation: "list-pipelines",
  connection: {
    endpoint: "http://127.0.0.1:1",
    projectId: "0123456789abcdef0123456789abcdef",
    credentials: { tag: "token", val: "example-token" },
  },
  query: [],
};
const MINUTE_MS = 60_000;
const GRACE_MS = 5_000;

/** Reports these events of each request. */
function telling(...events) {
  return (_, tell) => {
    queueMicrotask(() => events.forEach(tell));
    return { taken() {}, abort() {} };
  };
}

/** Makes a call for this caller, within this time. */
async function ask(send, { caller = new Caller(), milliseconds = MINUTE_MS, signal } = {}) {
  const core = await coreOf(undefined).module();
  return run({ call: CALL, caller, send, script: scriptOf(undefined), core, milliseconds, signal });
}

async function listsNothing() {
  const bytes = new TextEncoder().encode("[]");
  const send = telling({ type: "head", status: 200, headers: [] }, { type: "chunk", bytes }, { type: "end" });
  const { type, text } = await ask(send);
  return type === "ok" && JSON.parse(text).total === 0;
}

test("a call that does not end is ended, its requests too, and the next call is clean", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let aborted = 0;
  let tellSent = () => {};
  const sent = new Promise((resolve) => (tellSent = resolve));
  const never = () => (tellSent(), { taken() {}, abort: () => (aborted += 1) });
  const outcome = ask(never);
  await sent;
  t.mock.timers.tick(MINUTE_MS + GRACE_MS);
  assert.equal((await outcome).type, "late");
  assert.equal(aborted, 1);
  assert.equal(await listsNothing(), true);
});

test("a failure of the component is the outcome, and the next call is clean", async () => {
  const outcome = await ask(telling({ type: "head", status: 200, headers: 5 }));
  assert.equal(outcome.type, "trap");
  assert.equal(await listsNothing(), true);
});
