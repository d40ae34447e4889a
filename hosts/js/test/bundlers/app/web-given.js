// The same, where the bundler has the code as a file that is imported.

import wasm from "servicestage-pipelines/component.wasm";
import { Client } from "servicestage-pipelines/web";

const endpoint = new URLSearchParams(location.search).get("endpoint");
const projectId = "0123456789abcdef0123456789abcdef";
const credentials = { token: "example-token" };
const client = new Client({ endpoint, projectId, credentials, wasm: new URL(wasm, import.meta.url) });

client.listPipelines().then(
  ({ total }) => (document.title = `listed ${total}`),
  (error) => (document.title = String(error)),
);
