// The same as CommonJS, where there is no import.meta.url: the code is bytes within the program.

import { join } from "node:path";

import wasm from "servicestage-pipelines/component.wasm";
import { Client } from "servicestage-pipelines";

const [, , endpoint] = process.argv;
const client = new Client({
  endpoint,
  projectId: "0123456789abcdef0123456789abcdef",
  credentials: { token: "example-token" },
  wasm,
  worker: join(__dirname, "worker.cjs"),
});

client.listPipelines().then(
  ({ total }) => console.log(`listed ${total}`),
  (error) => console.log(String(error)),
);
