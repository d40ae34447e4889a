// Whom the client trusts: the authorities that Node trusts, and nobody else whatever the environment says.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { after, before, describe, test } from "node:test";

import { certificateFor, skipWithoutOpenssl } from "./support/certificate.js";
import { listKind } from "./support/run.js";

describe("a certificate", { skip: skipWithoutOpenssl }, () => {
  let certificate, server;

  before(async () => {
    certificate = certificateFor("localhost");
    server = createServer(certificate.pair, (_, response) => response.end("[]")).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server?.close();
    certificate?.remove();
  });

  const list = (host, variables) =>
    listKind(process.execPath, `https://${host}:${server.address().port}`, variables);

  test("of an authority that was added is trusted, for its own name", async () => {
    assert.equal(await list("localhost", { NODE_EXTRA_CA_CERTS: certificate.file }), "0");
    assert.equal(await list("127.0.0.1", { NODE_EXTRA_CA_CERTS: certificate.file }), "tls");
  });

  test("of an unknown authority is not, and the environment cannot switch that off", async () => {
    assert.equal(await list("localhost", {}), "tls");
    assert.equal(await list("localhost", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }), "tls");
  });
});
