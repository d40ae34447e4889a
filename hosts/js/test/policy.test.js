// Only declared requests to the origins of the call get through, whatever the component asks for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Guard } from "../dist/policy.js";

const SERVICE = { scheme: "https", authority: "servicestage.cn-north-4.myhuaweicloud.com" };
const IAM = { scheme: "https", authority: "iam.cn-north-4.myhuaweicloud.com" };
const LIST = { method: "GET", path: "/v3/0123456789abcdef0123456789abcdef/pipeline/pipelines" };
const PROJECTS = { method: "GET", path: "/v3/projects?name=cn-north-4" };

/** Whether a request passes; a denied one must be reported as that. */
async function passes(request, connection = { region: "cn-north-4" }) {
  return new Promise((resolve) => {
    const send = () => (resolve(true), { taken() {}, abort() {} });
    new Guard(connection, send).send(request, (event) => {
      assert.deepEqual(event, { type: "failure", code: { tag: "HTTP-request-denied" } });
      resolve(false);
    });
  });
}

test("declared requests pass, to their own origin", async () => {
  assert.equal(await passes({ ...SERVICE, ...LIST }), true);
  assert.equal(await passes({ ...IAM, ...PROJECTS }), true);
  const european = { scheme: "https", authority: "servicestage.eu-west-101.myhuaweicloud.eu" };
  assert.equal(await passes({ ...european, ...LIST }, { region: "eu-west-101" }), true);
  const local = { scheme: "http", authority: "127.0.0.1:8080" };
  assert.equal(await passes({ ...local, ...LIST }, { endpoint: "HTTP://127.0.0.1:8080/" }), true);
});

test("another origin, method, path or query is denied", async () => {
  const denied = [
    { ...IAM, ...LIST },
    { ...SERVICE, ...PROJECTS },
    { ...SERVICE, ...LIST, scheme: "http" },
    { ...SERVICE, ...LIST, authority: "example.com" },
    { ...SERVICE, ...LIST, authority: `${SERVICE.authority}:8443` },
    { ...SERVICE, ...LIST, authority: `user@${SERVICE.authority}` },
    { ...SERVICE, ...LIST, authority: `${SERVICE.authority}@example.com` },
    { ...SERVICE, ...LIST, method: "POST" },
    { ...SERVICE, ...LIST, method: "get" },
    { ...SERVICE, ...LIST, path: "/v3/pipeline/pipelines" },
    { ...SERVICE, ...LIST, path: "/v3//pipeline/pipelines" },
    { ...SERVICE, ...LIST, path: "/v3/../pipeline/pipelines" },
    { ...SERVICE, ...LIST, path: "/v3/a%2Fb/pipeline/pipelines" },
    { ...SERVICE, ...LIST, path: `${LIST.path}?limit=1` },
    { ...IAM, ...PROJECTS, path: "/v3/projects?name=a&name=b" },
    { ...IAM, ...PROJECTS, path: "/v3/projects?name=a?b" },
    { ...IAM, ...PROJECTS, path: "/v3/projects?name=a#b" },
    { ...IAM, ...PROJECTS, path: "/v3/projects?name=%zz" },
  ];
  for (const request of denied) assert.equal(await passes(request), false, JSON.stringify(request));
});

test("a connection without a valid origin lets nothing through", async () => {
  for (const endpoint of ["", "example.com", "http://example.com", "https://example.com/v3", "https://u@example.com"]) {
    assert.equal(await passes({ scheme: "https", authority: "example.com", ...LIST }, { endpoint }), false, endpoint);
  }
  assert.equal(await passes({ ...SERVICE, ...LIST }, {}), false);
});

test("a call may make a hundred requests", async () => {
  const told = [];
  let sent = 0;
  const guard = new Guard({ region: "cn-north-4" }, () => ((sent += 1), { taken() {}, abort() {} }));
  const tell = (event) => told.push(event);
  for (let request = 0; request < 101; request++) guard.send({ ...SERVICE, ...LIST }, tell);
  await Promise.resolve();
  assert.equal(sent, 100);
  const code = { tag: "internal-error", val: "a call may make 100 requests" };
  assert.deepEqual(told, [{ type: "failure", code }]);
});

test("a denial says how to allow it, and other outcomes are passed on as they are", async () => {
  const guard = new Guard({ region: "cn-north-4" }, () => assert.fail("it was sent"));
  const record = { kind: { tag: "denied" }, message: "It failed.\nDenied.\nAsk.", operation: "list-pipelines" };
  assert.equal(guard.explain({ type: "error", record }).record, record);
  await new Promise((resolve) => guard.send({ ...SERVICE, ...LIST, authority: "elsewhere.example" }, resolve));
  assert.equal(
    guard.explain({ type: "error", record }).record.message,
    "It failed.\nGET https://elsewhere.example/v3/0123456789abcdef0123456789abcdef/pipeline/pipelines: the component " +
      "needs it as service, and this origin is not granted as that.\n" +
      "To allow it, name it as `endpoint` or `iamEndpoint` of the client.",
  );
  for (const [part, advice] of [
    [{ authority: "user@elsewhere.example" }, "correct the endpoint"],
    [{ path: "/elsewhere" }, "use a component that declares the request"],
  ]) {
    await new Promise((resolve) => guard.send({ ...SERVICE, ...LIST, ...part }, resolve));
    const { message } = guard.explain({ type: "error", record }).record;
    assert.equal(message.split("\n")[2], `Nothing allows this: ${advice}.`);
  }
  const ok = { type: "ok", text: "[]" };
  assert.equal(guard.explain(ok), ok);
});
