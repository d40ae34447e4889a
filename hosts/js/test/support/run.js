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
