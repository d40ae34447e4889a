// Which addresses may be connected to: what names lead to is looked at, once, and that is connected to.

import assert from "node:assert/strict";
import dns from "node:dns";
import { once } from "node:events";
import { createServer } from "node:net";
import { mock, test } from "node:test";

import { Client, DeniedError } from "servicestage-pipelines";

import { addressOf, isWithin, rangeOf, specialKind } from "../dist/address.js";
import { Admission } from "../dist/admission.js";
import { Connections, Prohibited } from "../dist/connections.js";
import { originOf } from "../dist/origin.js";

const OPTIONS = { projectId: "0123456789abcdef0123456789abcdef", credentials: { token: "example-token" } };

test("only what is on the public internet is not special, in whatever clothes", () => {
  const kinds = {
    "8.8.8.8": undefined,
    "172.15.255.255": undefined,
    "172.32.0.1": undefined,
    "100.128.0.1": undefined,
    "2400:3200::1": undefined,
    "64:ff9b::8.8.8.8": undefined,
    "2002:808:808::1": undefined,
    "10.1.2.3": "private",
    "172.31.0.1": "private",
    "192.168.0.1": "private",
    "127.9.9.9": "loopback",
    "0.0.0.0": "unspecified",
    "169.254.1.1": "link-local",
    "100.64.0.1": "carrier-grade NAT",
    "224.0.0.1": "multicast",
    "255.255.255.255": "broadcast",
    "203.0.113.9": "documentation",
    "198.19.0.1": "benchmarking",
    "240.0.0.1": "reserved",
    "169.254.169.254": "a cloud's metadata service, which hands out credentials",
    "fd00:ec2::254": "a cloud's metadata service, which hands out credentials",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "reserved",
    "::ffff:10.0.0.1": "private",
    "::FFFF:7f00:1": "loopback",
    "64:ff9b::a00:1": "private",
    "2002:a00:1::": "private",
    "2001:0:808:808::f5ff:fffe": "private",
    "2001:0:a00:1::": "private",
    "2001:db8::1": "documentation",
    "fc00::1": "unique-local",
    "fe80::1%eth0": "link-local",
    "ff02::1": "multicast",
    "4000::1": "reserved",
  };
  for (const [text, kind] of Object.entries(kinds)) assert.equal(specialKind(addressOf(text)), kind, text);
});

test("a range holds what shares its first bits, and a misspelt one is refused", () => {
  const within = (address, range) => isWithin(addressOf(address), rangeOf(range));
  assert.equal(within("10.255.0.1", "10.0.0.0/8"), true);
  assert.equal(within("11.0.0.0", "10.0.0.0/8"), false);
  assert.equal(within("::ffff:10.0.0.1", "10.0.0.1"), true);
  assert.equal(within("fd12::1", "fd00::/8"), true);
  assert.equal(within("10.0.0.1", "::/0"), false);
  assert.equal(within("8.8.8.8", "0.0.0.0/0"), true);
  for (const text of ["", "10", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/8/8", "::ffff:0:0/96", "a/8"]) {
    assert.equal(typeof rangeOf(text), "string", text);
    assert.throws(() => new Client({ ...OPTIONS, allowAddresses: [text] }), { argument: "allowAddresses" });
  }
  for (const value of ["10.0.0.0/8", [5]]) {
    assert.throws(() => new Client({ ...OPTIONS, allowAddresses: value }), { argument: "allowAddresses" });
  }
});

/** Lets every name lead to the next of these, until the test ends. Counts the questions. */
function resolveTo(t, ...answers) {
  const lookup = mock.method(dns, "lookup", (_, options, callback) => {
    assert.equal(options.all, true);
    const found = answers[lookup.mock.callCount()] ?? [];
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  });
  t.after(() => lookup.mock.restore());
  return lookup.mock;
}

/** A server on loopback that speaks no TLS. Counts the connections. */
async function listen(t) {
  const seen = { connections: 0 };
  const server = createServer((socket) => {
    seen.connections += 1;
    socket.on("error", () => {}).end("no TLS");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { port: server.address().port, seen };
}

async function failure(options) {
  return new Client({ ...OPTIONS, maxAttempts: 1, ...options }).listPipelines().then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
}

test("a name that leads to a private address is denied, and the error says what would allow it", async (t) => {
  resolveTo(t, ["10.0.0.5", "::1"]);
  const error = await failure({ endpoint: "https://service.example" });
  assert.ok(error instanceof DeniedError, error.message);
  assert.equal(
    error.message,
    "list-pipelines failed: the host does not allow this request.\n" +
      "a connection to https://service.example: it leads to 10.0.0.5 (private), ::1 (loopback), which is not " +
      "granted.\n" +
      'To allow it, pass `allowAddresses: ["10.0.0.5", "::1"]` to the client.',
  );
});

test("a name is resolved once, and of its addresses those that are granted are connected to", async (t) => {
  const { port, seen } = await listen(t);
  const asked = resolveTo(t, ["10.0.0.5", "127.0.0.1"], ["10.0.0.6"]);
  const error = await failure({ endpoint: `https://service.example:${port}`, allowAddresses: ["127.0.0.0/8"] });
  assert.equal(error.kind, "tls", error.message);
  assert.deepEqual([asked.callCount(), seen.connections], [1, 1]);
});

test("callers that ask for one name at once resolve it once, and each checks what it leads to", (t) => {
  const answers = [];
  const lookup = mock.method(dns, "lookup", (_, __, callback) => answers.push(callback));
  t.after(() => lookup.mock.restore());
  const ask = (...ranges) => {
    const told = [];
    const { options } = new Connections(new Admission(ranges)).to(originOf("https://service.example"));
    options.lookup("service.example", { all: true }, (error, found) => told.push(error ?? found));
    return told;
  };
  const found = [{ address: "127.0.0.1", family: 4 }];
  const [denied, admitted] = [ask(), ask("127.0.0.0/8")];
  assert.equal(answers.length, 1);
  answers[0](null, found);
  assert.ok(denied[0] instanceof Prohibited);
  assert.deepEqual(admitted, [found]);
  // Nothing is kept of an answer: the next caller asks again.
  ask();
  assert.equal(answers.length, 2);
});

test("an address that stands in the endpoint is checked as any other", async (t) => {
  const asked = resolveTo(t);
  for (const host of ["169.254.169.254", "10.0.0.1", "[fd00:ec2::254]"]) {
    const error = await failure({ endpoint: `https://${host}` });
    assert.ok(error instanceof DeniedError, `${host}: ${error.message}`);
  }
  const mapped = await failure({ endpoint: "https://[::ffff:10.0.0.1]" });
  assert.equal(mapped.argument, "endpoint", mapped.message);
  assert.equal(asked.callCount(), 0);
});

test("a name for loopback must lead to loopback, whatever is granted", async (t) => {
  resolveTo(t, ["10.0.0.5"]);
  const error = await failure({ endpoint: "http://localhost:1", allowAddresses: ["10.0.0.0/8"] });
  assert.match(error.message, /it says that it is loopback, and leads to 10\.0\.0\.5 \(private\)/);
  assert.ok(error instanceof DeniedError);
});
