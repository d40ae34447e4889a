// Runs a program of Node without this machine's credentials, and tells what it printed.

import { spawn } from "node:child_process";
import { once } from "node:events";

const OWN = Object.entries(process.env).filter(([name]) => !/^(HW|HUAWEICLOUD_SDK|NODE)_/.test(name));

export async function run(program, words, variables = {}, options = {}) {
  const env = { ...Object.fromEntries(OWN), ...variables };
  const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"], ...options });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) child[stream].on("data", (text) => (printed[stream] += text));
  const [code] = await once(child, "close");
  return { code, ...printed };
}

const LIST = `
import { Client } from "${new URL("../../dist/node.js", import.meta.url)}";
const client = new Client({ endpoint: process.argv[1], maxAttempts: 1 });
console.log(await client.listPipelines().then(({ total }) => total, ({ kind }) => kind));
`;
const CALLER = { HW_AUTH_TOKEN: "example-token", HW_PROJECT_ID: "0123456789abcdef0123456789abcdef" };

const LIST_WHOLE = `
import { Client } from "${new URL("../../dist/node.js", import.meta.url)}";
const [, endpoint, options] = process.argv;
const client = new Client({ endpoint, maxAttempts: 1, ...JSON.parse(options) });
const outcome = await client.listPipelines().then(() => ({ kind: "ok" }), (error) => error);
const { kind, message, retryable, attempts } = outcome;
console.log(JSON.stringify({ kind, message, retryable, attempts }));
`;

/** Lists in a process with these variables. Returns as JSON how it ended. */
export async function listed(node, endpoint, variables, options = {}) {
  const words = ["--no-warnings", "--input-type=module", "-e", LIST_WHOLE, endpoint, JSON.stringify(options)];
  return run(node, words, { ...CALLER, ...variables });
}

/** Lists in a process with these variables: how many there are, or the kind of the error. */
export async function listKind(node, endpoint, variables) {
  const words = ["--no-warnings", "--input-type=module", "-e", LIST, endpoint];
  return (await run(node, words, { ...CALLER, ...variables })).stdout.trim();
}
