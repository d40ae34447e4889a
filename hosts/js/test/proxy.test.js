// The proxy that Node is told to use: what goes through it, and what never does.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createProxy } from "node:http";
import { createServer } from "node:https";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";

import { certificateFor, skipWithoutOpenssl } from "./support/certificate.js";
import { NODE_24, skipWithout24 } from "./support/node24.js";
import { listKind } from "./support/run.js";

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

  async function list(endpoint) {
    asked = [];
    return listKind(NODE_24, endpoint, {
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}`,
      HTTP_PROXY: `http://127.0.0.1:${proxy.address().port}`,
      NODE_EXTRA_CA_CERTS: certificate.file,
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
});
