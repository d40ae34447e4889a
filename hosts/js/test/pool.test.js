// Threads end when their call must not go on, and what goes wrong in one is the outcome of its call alone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { run } from "../dist/pool.js";

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

/** Tells these happenings of each request. */
function telling(...happenings) {
  return (_, tell) => {
    queueMicrotask(() => happenings.forEach(tell));
    return { taken() {}, abort() {} };
  };
}

async function listsNothing() {
  const bytes = new TextEncoder().encode("[]");
  const send = telling({ type: "head", status: 200, headers: [] }, { type: "chunk", bytes }, { type: "end" });
  const { type, text } = await run(CALL, send, MINUTE_MS, undefined);
  return type === "ok" && JSON.parse(text).total === 0;
}

test("a call that does not end is ended, its requests too, and the next call is clean", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let aborted = 0;
  let tellSent = () => {};
  const sent = new Promise((resolve) => (tellSent = resolve));
  const never = () => (tellSent(), { taken() {}, abort: () => (aborted += 1) });
  const outcome = run(CALL, never, MINUTE_MS, undefined);
  await sent;
  t.mock.timers.tick(MINUTE_MS);
  assert.equal(await outcome, undefined);
  assert.equal(aborted, 1);
  assert.equal(await listsNothing(), true);
});

test("what breaks the component is the outcome, and the next call is clean", async () => {
  const outcome = await run(CALL, telling({ type: "head", status: 200, headers: 5 }), MINUTE_MS, undefined);
  assert.equal(outcome.type, "trap");
  assert.equal(await listsNothing(), true);
});
