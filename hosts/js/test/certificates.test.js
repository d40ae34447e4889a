// Whom the client trusts: the authorities that Node trusts, and nobody else whatever the environment says.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { createServer as createPlain } from "node:net";
import { after, before, describe, test } from "node:test";

import { authority, certificateFor, skipWithoutOpenssl } from "./support/certificate.js";
import { listed, listKind } from "./support/run.js";

const HERE = "subjectAltName=IP:127.0.0.1,DNS:localhost";
const WEAK = ["-newkey", "rsa:768", "-nodes"];

describe("a certificate", { skip: skipWithoutOpenssl }, () => {
  let certificate, issuer, server;

  before(async () => {
    certificate = certificateFor("localhost");
    issuer = authority();
    server = createServer(certificate.pair, (_, response) => response.end("[]")).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server?.close();
    certificate?.remove();
    issuer?.remove();
  });

  const list = (host, variables) => listKind(process.execPath, `https://${host}:${server.address().port}`, variables);

  /** Returns the error of a listing from a server with these TLS options. */
  async function failure(t, options, variables = { NODE_EXTRA_CA_CERTS: issuer.file }) {
    const other = createServer(options, (_, response) => response.end("[]")).listen(0, "127.0.0.1");
    await once(other, "listening");
    t.after(() => other.close());
    const { stdout, stderr } = await listed(process.execPath, `https://127.0.0.1:${other.address().port}`, variables);
    return JSON.parse(stdout || assert.fail(stderr));
  }

  test("of an authority that was added is trusted, for its own name", async () => {
    assert.equal(await list("localhost", { NODE_EXTRA_CA_CERTS: certificate.file }), "0");
    assert.equal(await list("127.0.0.1", { NODE_EXTRA_CA_CERTS: certificate.file }), "tls");
  });

  test("of an unknown authority is not, and the environment cannot switch that off", async () => {
    assert.equal(await list("localhost", {}), "tls");
    assert.equal(await list("localhost", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }), "tls");
  });

  test("that is good has no error", async (t) => {
    assert.equal((await failure(t, issuer.issue("good", [HERE]))).kind, "ok");
  });

  test("that is refused is reported with the reason, and with what to do", async (t) => {
    const cases = {
      "has expired \\(CERT_HAS_EXPIRED\\)": issuer.issue("expired", [HERE], { to: "20240201000000Z" }),
      "is not yet valid \\(CERT_NOT_YET_VALID\\)": issuer.issue("early", [HERE], { from: "20980101000000Z" }),
      "is for other names than this host's: DNS:other\\.example\\.": issuer.issue("other", [
        "subjectAltName=DNS:other.example",
      ]),
      "names no host: it has no subjectAltName": issuer.issue("none", ["basicConstraints=CA:FALSE"]),
      "is not valid for servers; .*\\(INVALID_PURPOSE\\)": issuer.issue("mail", [
        HERE,
        "extendedKeyUsage=emailProtection",
      ]),
      "is refused: EE certificate key too weak": issuer.issue("weak", [HERE], { key: WEAK }),
    };
    for (const [told, pair] of Object.entries(cases)) {
      const { kind, message, retryable } = await failure(t, { ...pair, ciphers: "DEFAULT@SECLEVEL=0" });
      assert.deepEqual([kind, retryable], ["tls", false], message);
      assert.match(
        message,
        new RegExp(`^list-pipelines failed: the TLS handshake failed\\.\\n.*${told}.* \\(GET https://.*\\)\\n.+$`),
      );
      assert.doesNotMatch(message, /Report this/);
    }
  });

  test("whose issuer is not known, or that is its own, is reported as that", async (t) => {
    const unknown = await failure(t, issuer.issue("unknown", [HERE]), {});
    assert.match(unknown.message, /The issuer of the server's certificate is unknown here .*\n.*NODE_EXTRA_CA_CERTS/);
    const own = await failure(t, certificate.pair, {});
    assert.match(own.message, /is signed by itself and is not trusted here .*\n.*NODE_EXTRA_CA_CERTS/);
  });

  test("of an authority itself, shown by a server, is reported", async (t) => {
    const { kind, message } = await failure(t, issuer.pair);
    assert.equal(kind, "tls");
    const told = /The server's certificate (is not valid for servers; it may be an authority's|names no host)/;
    assert.match(message, told);
  });

  test("is not all of TLS: a version, a certificate of the client and no TLS at all are distinguished", async (t) => {
    const pair = issuer.issue("versions", [HERE]);
    const old = await failure(t, {
      ...pair,
      minVersion: "TLSv1.1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    assert.equal(old.kind, "tls");
    assert.match(old.message, /TLS failed: .*(protocol|version).*\n.*TLS 1\.2 or newer/i);
    const asks = await failure(t, { ...pair, maxVersion: "TLSv1.2", requestCert: true, ca: pair.cert });
    assert.match(asks.message, /TLS failed|connection broke/);
    const plain = createPlain((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await once(plain.listen(0, "127.0.0.1"), "listening");
    t.after(() => plain.close());
    const { stdout } = await listed(process.execPath, `https://127.0.0.1:${plain.address().port}`, {});
    assert.match(JSON.parse(stdout).message, /TLS failed: wrong version number.*\nCheck that `endpoint` speaks https/);
  });

  test("whose names are a trap for terminals has them shown without it", async (t) => {
    const names = "subjectAltName=DNS:evil\u001b[2J.example";
    const { message } = await failure(t, issuer.issue("trap", [names]));
    assert.doesNotMatch(message, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});
