// The proxy that Node's environment names: what goes through it, and what never does.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createProxy } from "node:http";
import { createServer } from "node:https";
import { connect, createServer as createPlain } from "node:net";
import { after, before, describe, test } from "node:test";

import { proxyOf } from "../dist/proxy.js";
import { certificateFor, skipWithoutOpenssl } from "./support/certificate.js";
import { NODE_24, skipWithout24 } from "./support/node24.js";
import { listed, listKind } from "./support/run.js";

const LOOPBACK_FOR_ALL = `
import dns from "node:dns";
dns.lookup = (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);
`;

test("variables are read as Node reads them, and refused by name; no password is shown", () => {
  const read = (proxyEnv) => proxyOf({ proxyEnv });
  assert.equal(proxyOf({}), undefined);
  assert.equal(read({ HTTPS_PROXY: "", NO_PROXY: "[" }), undefined);
  assert.equal(
    read({ HTTPS_PROXY: "http://upper:1", https_proxy: "http://user:p%40ss@lower:8080" }).place,
    "lower:8080",
  );
  for (const [proxyEnv, argument] of [
    [{ https_proxy: "user:hush-hush@127.0.0.1" }, "https_proxy"],
    [{ HTTPS_PROXY: "http://user:hush hush-hush/@127.0.0.1:99999" }, "HTTPS_PROXY"],
    [{ HTTPS_PROXY: "socks5://user:hush-hush@127.0.0.1" }, "HTTPS_PROXY"],
    [{ HTTPS_PROXY: "http://127.0.0.1:9", no_proxy: "user:hush-hush@x", NO_PROXY: "x" }, "no_proxy"],
  ]) {
    assert.throws(
      () => read(proxyEnv),
      (error) => error.argument === argument && !error.message.includes("hush-hush"),
    );
  }
});

describe("a proxy", { skip: skipWithoutOpenssl || skipWithout24 }, () => {
  let certificate, server, proxy;
  let asked = [];

  before(async () => {
    // For a name that nobody resolves but the proxy.
    certificate = certificateFor("service.example");
    server = createServer(certificate.pair, (_, response) => response.end("[]")).listen(0, "127.0.0.1");
    proxy = createProxy((request, response) => {
      // A proxy is asked for a whole URL, a server for a path.
      if (!request.url.startsWith("/")) asked.push(request.url);
      response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    proxy.on("connect", (request, socket) => {
      asked.push(request.url);
      const onward = connect(server.address().port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connected\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) end.on("error", () => onward.destroy());
    });
    await Promise.all([once(server, "listening"), once(proxy, "listening")]);
  });
  after(() => {
    proxy?.close();
    server?.close();
    certificate?.remove();
  });

  async function list(endpoint, variables = {}) {
    asked = [];
    return listKind(NODE_24, endpoint, {
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}`,
      HTTP_PROXY: `http://127.0.0.1:${proxy.address().port}`,
      NODE_EXTRA_CA_CERTS: certificate.file,
      ...variables,
    });
  }

  test("has a tunnel for https, to a name that it resolves itself", async () => {
    assert.equal(await list("https://service.example"), "0");
    assert.deepEqual(asked, ["service.example:443"]);
  });

  test("is not asked for an address that may not be connected to", async () => {
    assert.equal(await list("https://10.0.0.1"), "denied");
    assert.deepEqual(asked, []);
  });

  test("is not asked for what is this machine's", async () => {
    // It trusts the certificate for another name alone, so a handshake was made.
    assert.equal(await list(`https://localhost:${server.address().port}`), "tls");
    assert.equal(await list(`http://127.0.0.1:${proxy.address().port}`), "not-found");
    assert.deepEqual(asked, []);
  });

  test("is not asked for what NO_PROXY names, by the rules of every host", async () => {
    // Node's own rules would not cover the first two, and would skip the third. Without the proxy, the name is looked
    // up and leads to an address that is not granted.
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(LOOPBACK_FOR_ALL)}`;
    for (const spared of ["Example.", "x.test\tservice.example", ".example:443"]) {
      assert.equal(await list("https://service.example", { NO_PROXY: spared, NODE_OPTIONS }), "denied", spared);
      assert.deepEqual(asked, [], spared);
    }
    assert.equal(await list("https://service.example", { NO_PROXY: "service.example:8443" }), "0");
  });

  test("that cannot be used is an error by the variable's name, as is such a NO_PROXY; no password is shown", async () => {
    const constructed = async (variables) =>
      (await listed(NODE_24, "https://service.example", { NODE_USE_ENV_PROXY: "1", ...variables })).stderr;
    for (const [variables, name] of [
      [{ HTTPS_PROXY: "socks5://user:hush-hush@127.0.0.1:1080" }, "HTTPS_PROXY"],
      [{ HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "10.0.0.0/33" }, "NO_PROXY"],
      [{ HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "hush-hush@x" }, "NO_PROXY"],
    ]) {
      const stderr = await constructed(variables);
      assert.match(stderr, new RegExp(`InvalidArgumentError: .*\\n?.*\`${name}\``), stderr);
      assert.doesNotMatch(stderr, /hush-hush/);
    }
  });

  test("tells what it answered: what may be over soon is worth another call", async (t) => {
    const later = "Try again. If it lasts, ask the administrator of the proxy ";
    const answers = {
      "502 Bad Gateway": ["refused", true, later],
      "503 Busy": ["refused", true, later],
      "504 Late": ["refused", true, later],
      "407 Who": ["other", false, "Check the user name and the password in HTTPS_PROXY: http://USER:PASSWORD@"],
      "403 No": ["other", false, "Ask the administrator of the proxy why it refuses the tunnel, or list the server "],
    };
    for (const [answer, [kind, retryable, advice]] of Object.entries(answers)) {
      const refusing = createPlain((socket) => {
        socket.on("error", () => {}).once("data", () => socket.end(`HTTP/1.1 ${answer}\r\n\r\n`));
      }).listen(0, "127.0.0.1");
      await once(refusing, "listening");
      t.after(() => refusing.close());
      const place = `127.0.0.1:${refusing.address().port}`;
      const variables = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: `http://user:hush-hush@${place}` };
      const { stdout } = await listed(NODE_24, "https://service.example", variables);
      const error = JSON.parse(stdout);
      assert.deepEqual([error.kind, error.retryable], [kind, retryable], stdout);
      assert.ok(error.message.includes(`The proxy ${place} answered ${answer.slice(0, 3)}.`), error.message);
      assert.ok(error.message.split("\n")[2].startsWith(advice), error.message);
      assert.doesNotMatch(error.message, /hush-hush|Report this message/);
    }
  });

  test("that does not answer, or not with HTTP, is reported within the time", async (t) => {
    const endings = {
      "": /did not answer in time/,
      "SSH-2.0-x\r\n\r\n": /closed the connection, or did not answer with HTTP/,
    };
    for (const [answer, told] of Object.entries(endings)) {
      const odd = createPlain((socket) => {
        socket.on("error", () => {}).once("data", () => answer !== "" && socket.end(answer));
      }).listen(0, "127.0.0.1");
      await once(odd, "listening");
      t.after(() => odd.close());
      const variables = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: `http://127.0.0.1:${odd.address().port}` };
      const { stdout, stderr } = await listed(NODE_24, "https://service.example", variables, { connectTimeoutMs: 400 });
      const { kind, message } = JSON.parse(stdout || assert.fail(stderr));
      assert.ok(["timeout", "reset"].includes(kind), message);
      if (kind === "reset") assert.match(message, told);
    }
  });
});
