// Lists release tasks on Node 20 or newer with plain jco, and prints the listing as JSON.
//
//     npm install @bytecodealliance/jco-transpile@0.15.0 @bytecodealliance/preview2-shim@0.26.1
//     HW_REGION_NAME=cn-north-4 HW_PROJECT_ID=... HW_AUTH_TOKEN=... node list.mjs servicestage.wasm
//
// SERVICESTAGE_ENDPOINT replaces the region's endpoint. Unlike this project's hosts, this program
// - sends every request, because it has no policy,
// - connects to private addresses too,
// - passes the token into the component's memory,
// - limits neither memory nor time; the component limits the time of a call itself.
// A call blocks the event loop until it ends. An endpoint that is an IPv6 address is refused.

import { mkdir, writeFile } from "node:fs/promises";
import process from "node:process";

import { transpile } from "@bytecodealliance/jco-transpile";

const { HW_REGION_NAME, HW_PROJECT_ID, HW_AUTH_TOKEN, SERVICESTAGE_ENDPOINT } = process.env;

// Needed once for each version of the component: V8 runs JavaScript and core modules, so jco translates it to those.
const folder = new URL("component/", import.meta.url);
const { files } = await transpile(process.argv[2], { name: "servicestage" });
for (const [name, bytes] of Object.entries(files)) {
  const file = new URL(name, folder);
  await mkdir(new URL(".", file), { recursive: true });
  await writeFile(file, bytes);
}

const { pipelines } = await import(new URL("servicestage.js", folder));
// A field that is misspelt is ignored, and one that is left out has the default that pipelines.wit documents.
const connection = {
  region: HW_REGION_NAME,
  projectId: HW_PROJECT_ID,
  endpoint: SERVICESTAGE_ENDPOINT,
  credentials: { tag: "token", val: HW_AUTH_TOKEN },
};
try {
  console.log(pipelines.listPipelinesJson(connection, []));
} catch ({ message }) {
  // The record of an error, or what jco and Node throw themselves.
  console.error(message);
  process.exitCode = 1;
}
