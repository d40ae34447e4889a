// The server of the page answers every request and keeps running.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "../demo/serve.js";
import { run } from "./support/run.js";

const SERVE = fileURLToPath(new URL("../demo/serve.js", import.meta.url));

describe("the page's server", () => {
  let site, port;

  before(async () => {
    site = await serve({ endpoint: "https://pipelines.example.com", projectId: "hush-hush" });
    port = Number(new URL(site.url).port);
  });
  after(() => site?.stop());

  /** Returns the answer to these bytes, as text. PORT in them stands for the server's. */
  async function answer(text) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.setTimeout(2000, () => socket.destroy());
    let got = "";
    socket.on("data", (bytes) => (got += bytes.toString("latin1")));
    socket.write(Buffer.from(text.replaceAll("PORT", port), "latin1"));
    await once(socket, "close");
    return got;
  }

  const ask = (line, host = "127.0.0.1:PORT") =>
    answer(`${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const listing = () => ask("GET /settings.json");

  test("answers by each name of loopback, with its port", async () => {
    for (const host of ["127.0.0.1:PORT", "localhost:PORT", "LocalHost:PORT", "[::1]:PORT"]) {
      assert.match(await ask("GET /settings.json", host), /^HTTP\/1\.1 200 .*"hush-hush"/s, host);
    }
    for (const path of ["/", "/app.js", "/package/web.js?v=1", "/package/component/servicestage.core.wasm"]) {
      assert.match(await ask(`GET ${path}`), /^HTTP\/1\.1 200 /, path);
    }
    assert.match(await ask("HEAD /"), /^HTTP\/1\.1 200 .*\r\n\r\n$/s);
  });

  test("tells nothing under another name, as which a page of another site could ask", async () => {
    for (const host of [
      "evil.example:PORT",
      "evil.example",
      "127.0.0.1",
      "localhost",
      "127.0.0.1:1",
      "localhost.:PORT",
      "localhost.evil.example:PORT",
      "127.0.0.1:PORT@evil.example",
      "evil.example, localhost:PORT",
      "2130706433:PORT",
      "[::ffff:127.0.0.1]:PORT",
      "",
      "localhost:PORT\r\nHost: evil.example",
      "evil.example\r\nHost: localhost:PORT",
    ]) {
      const got = await ask("GET /settings.json", host);
      assert.match(got, /^HTTP\/1\.1 4\d\d /, host);
      assert.doesNotMatch(got, /hush-hush/);
    }
    const none = await answer("GET /settings.json HTTP/1.0\r\n\r\n");
    assert.match(none, /^HTTP\/1\.1 4\d\d /);
    assert.doesNotMatch(none, /hush-hush/);
  });

  test("refuses what is not one of its paths, and lives on", async () => {
    for (const target of [
      "//",
      "///",
      "//evil.example/",
      "/\\",
      "/\\evil.example",
      "\\",
      "http://",
      "http://127.0.0.1:PORT/settings.json",
      "https://evil.example/",
      "file:///etc/passwd",
      "*",
      "settings.json",
      "/..",
      "/../package.json",
      "/package/../package.json",
      "/package/../../package.json",
      "/package/./web.js",
      "/package//web.js",
      "/package/..%2f..%2fpackage.json",
      "/package/%2e%2e/package.json",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/package%2fweb.js",
      "/package/web.js%00",
      "/%",
      "/%zz",
      "/package/web.js%",
      "/package/..\\..\\package.json",
      "/.git",
      "/package/.hidden",
      "/serve.js",
      "/tsconfig.json",
      "/package",
      "/package/",
      "/package/component",
      "/package/no-such-file.js",
      "/\u00e9",
      `/${"a".repeat(10_000)}`,
      `/package/${"a/".repeat(2000)}`,
      "?",
      "#",
      "/#",
    ]) {
      assert.match(await ask(`GET ${target}`), /^HTTP\/1\.1 4\d\d /, target);
    }
    assert.match(await listing(), /^HTTP\/1\.1 200 /);
  });

  test("refuses other methods and what is not HTTP, and lives on", async () => {
    for (const line of [
      "OPTIONS *",
      "OPTIONS /",
      "POST /",
      "PUT /settings.json",
      "DELETE /",
      "TRACE /",
      "CONNECT 127.0.0.1:9",
      "CONNECT /",
      "CONNECT [::1",
      "PRI *",
      "BREW /",
      "GET",
      "GET /a b",
      "GET /\0",
    ]) {
      assert.match(await ask(line), /^HTTP\/1\.1 4\d\d /, line);
    }
    for (const text of [
      "\r\n\r\n\0",
      "GET / HTTP/9.9\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01",
      "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    ]) {
      assert.match(await answer(text), /^(HTTP\/1\.1 [45]\d\d |$)/, JSON.stringify(text));
    }
    assert.match(await listing(), /^HTTP\/1\.1 200 /);
  });

  test("is not started for what is not an origin, which could write headers", async () => {
    for (const endpoint of [
      "",
      "example",
      "foo:bar",
      "http://example.com",
      "https://a.example/;script-src",
      "https://a\r\nb",
    ]) {
      const { code, stderr } = await run(process.execPath, [SERVE, endpoint]);
      assert.equal(code, 2, stderr);
      assert.ok(stderr.startsWith(`${JSON.stringify(endpoint)} is not an origin`), stderr);
    }
  });
});
