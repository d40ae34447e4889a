// A program that lists, and prints the result.

import { Client } from "servicestage-pipelines";

const [, , endpoint] = process.argv;
const projectId = "0123456789abcdef0123456789abcdef";
const client = new Client({ endpoint, projectId, credentials: { token: "example-token" } });

client.listPipelines().then(
  ({ total }) => console.log(`listed ${total}`),
  (error) => console.log(String(error)),
);
