// A page that lists, and shows the result in its title.

import { Client } from "servicestage-pipelines/web";

const endpoint = new URLSearchParams(location.search).get("endpoint");
const projectId = "0123456789abcdef0123456789abcdef";
const client = new Client({ endpoint, projectId, credentials: { token: "example-token" } });

client.listPipelines().then(
  ({ total }) => (document.title = `listed ${total}`),
  (error) => (document.title = String(error)),
);
