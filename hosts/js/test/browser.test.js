// The client in a browser: many calls at once, signals, and options that are refused.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";

import { serve } from "../demo/serve.js";
import { launch, skip } from "./support/browser.js";

describe("a client in a browser", { skip }, () => {
  let browser, page, site, service, endpoint;
  let asked = 0;
  let silent = false;

  before(async () => {
    service = createServer((request, response) => {
      response.setHeader("access-control-allow-origin", "*").setHeader("access-control-allow-headers", "*");
      if (request.method === "OPTIONS") return response.end();
      asked += 1;
      if (!silent) response.end("[]");
    }).listen(0, "127.0.0.1");
    await once(service, "listening");
    endpoint = `http://127.0.0.1:${service.address().port}`;
    site = await serve({ endpoint, projectId: "" });
    browser = await launch();
    page = await browser.newPage();
    await page.goto(`${site.url}style.css`);
  });
  beforeEach(() => {
    asked = 0;
    silent = false;
  });
  after(async () => {
    await browser?.close();
    site?.stop();
    service.closeAllConnections();
    service.close();
  });

  /** Makes calls in the page at one time, and returns each total, or the error as text. */
  function list({ query, calls = 1, abort }) {
    return page.evaluate(
      async ({ endpoint, query, calls, abort }) => {
        const { Client } = await import("/package/web.js");
        const client = new Client({ endpoint, projectId: "0".repeat(32), credentials: { token: "example-token" } });
        const signal = abort === undefined ? undefined : abort === 0 ? AbortSignal.abort() : AbortSignal.timeout(abort);
        const made = Array.from({ length: calls }, () => client.listPipelines(query, { signal }));
        const settled = await Promise.allSettled(made);
        return settled.map(({ value, reason }) => value?.total ?? `${reason.name} ${reason.argument ?? ""}`.trim());
      },
      { endpoint, query, calls, abort },
    );
  }

  test("makes many calls at one time", async () => {
    assert.deepEqual(await list({ calls: 64 }), Array(64).fill(0));
    assert.equal(asked, 64);
  });

  test("sends nothing for a call that a signal ended before it began", async () => {
    assert.deepEqual(await list({ abort: 0 }), ["AbortError"]);
    assert.equal(asked, 0);
  });

  test("ends calls by a signal, and makes further ones", async () => {
    silent = true;
    assert.deepEqual(await list({ calls: 3, abort: 500 }), Array(3).fill("TimeoutError"));
    silent = false;
    assert.deepEqual(await list({ query: { status: ["rolling_back", "rolling-back"] } }), [0]);
  });

  test("refuses what it does not know before it sends anything", async () => {
    assert.deepEqual(await list({ query: { stauts: ["failed"] } }), ["ArgumentTypeError stauts"]);
    assert.deepEqual(await list({ query: { orderBy: "size" } }), ["InvalidArgumentError orderBy"]);
    assert.deepEqual(await list({ query: { created: { from: "2025-01-01" } } }), ["InvalidArgumentError created.from"]);
    assert.equal(asked, 0);
  });
});
