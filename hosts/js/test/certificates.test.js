// Whom the client trusts: the authorities that Node trusts, and nobody else whatever the environment says.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { run } from "./support/run.js";

const skip = spawnSync("openssl", ["version"]).status === 0 ? false : "there is no openssl to make a certificate with";

const PROGRAM = `
import { Client } from "${new URL("../dist/node.js", import.meta.url)}";
const client = new Client({ endpoint: process.argv[1], maxAttempts: 1 });
console.log(await client.listPipelines().then(({ total }) => total, ({ kind }) => kind));
`;
const VARIABLES = { HW_AUTH_TOKEN: "example-token", HW_PROJECT_ID: "0123456789abcdef0123456789abcdef" };

describe("a certificate", { skip }, () => {
  let folder, server;
  const file = (name) => join(folder, name);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "certificate-"));
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file("key.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
    execFileSync("openssl", ["req", "-x509", ...key, ...subject, "-out", file("cert.pem")], { stdio: "ignore" });
    const pair = { key: readFileSync(file("key.pem")), cert: readFileSync(file("cert.pem")) };
    server = createServer(pair, (_, response) => response.end("[]")).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server?.close();
    rmSync(folder, { recursive: true });
  });

  async function list(host, variables) {
    const endpoint = `https://${host}:${server.address().port}`;
    const words = ["--no-warnings", "--input-type=module", "-e", PROGRAM, endpoint];
    return (await run(process.execPath, words, { ...VARIABLES, ...variables })).stdout.trim();
  }

  test("of an authority that was added is trusted, for its own name", async () => {
    assert.equal(await list("localhost", { NODE_EXTRA_CA_CERTS: file("cert.pem") }), "0");
    assert.equal(await list("127.0.0.1", { NODE_EXTRA_CA_CERTS: file("cert.pem") }), "tls");
  });

  test("of an unknown authority is not, and the environment cannot switch that off", async () => {
    assert.equal(await list("localhost", {}), "tls");
    assert.equal(await list("localhost", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }), "tls");
  });
});
