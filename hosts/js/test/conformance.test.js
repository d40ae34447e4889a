// Every fixture has the same result here as in every host.

import { describe } from "node:test";

import { Client, listingJson, PipelinesError } from "servicestage-pipelines";

import { clientOptions, queryOptions, serveFixture, withoutOrigin } from "./support/cases.js";
import { testCases } from "./support/conformance.js";
import { NODE } from "./support/exceptions.js";
import { LedClient, needsLeading } from "./support/led.js";

// Nothing of this machine's environment must get into a case.
for (const name of Object.keys(process.env)) {
  if (/^(HW|HUAWEICLOUD_SDK)_/.test(name)) delete process.env[name];
}

async function result(client, { operation, query }) {
  try {
    if (operation === "find-project") return { project: await client.findProject() };
    return { listing: listingJson(await client.listPipelines(queryOptions(query))) };
  } catch (error) {
    if (!(error instanceof PipelinesError)) throw error;
    return { error };
  }
}

describe("a case has its expected result", { concurrency: 4 }, () => {
  testCases("node", NODE, async (one) => {
    const server = one.sends ? await serveFixture(one.name) : undefined;
    try {
      if (needsLeading(one)) return [plain(await result(new LedClient(one, server.url), one)), one.expected];
      const client = new Client(clientOptions(one, server?.url));
      return [withoutOrigin(await result(client, one)), withoutOrigin(one.expected)];
    } finally {
      server?.stop();
    }
  });
});

function plain(value) {
  return JSON.parse(JSON.stringify(value));
}
