// The same, where the bundler has the code as a file that is imported, and the thread as a program of its own.

import wasm from "servicestage-pipelines/component.wasm";
import { Client } from "servicestage-pipelines";

const [, , endpoint] = process.argv;
const client = new Client({
  endpoint,
  projectId: "0123456789abcdef0123456789abcdef",
  credentials: { token: "example-token" },
  wasm: new URL(wasm, import.meta.url),
  worker: new URL("./worker.mjs", import.meta.url),
});

client.listPipelines().then(
  ({ total }) => console.log(`listed ${total}`),
  (error) => console.log(String(error)),
);
