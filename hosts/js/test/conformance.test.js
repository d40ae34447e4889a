// Every fixture gives here what it gives in every host.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Client, listingJson, PipelinesError } from "servicestage-pipelines";

import { cases, clientOptions, queryOptions, serveFixture, withoutOrigin } from "./support/cases.js";
import { tellLacks, tellPassed } from "./support/conformance.js";
import { lackingInNode } from "./support/lacking.js";
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
  for (const one of cases()) {
    const why = lackingInNode(one);
    if (why !== undefined) tellLacks("node", one.name, why);
    test(one.name, { skip: why ?? false }, async () => {
      const server = one.sends ? await serveFixture(one.name) : undefined;
      try {
        if (needsLeading(one)) assert.deepEqual(plain(await result(new LedClient(one, server.url), one)), one.expected);
        else {
          const client = new Client(clientOptions(one, server?.url));
          assert.deepEqual(withoutOrigin(await result(client, one)), withoutOrigin(one.expected));
        }
      } finally {
        server?.stop();
      }
      tellPassed("node", one.name);
    });
  }
});

function plain(value) {
  return JSON.parse(JSON.stringify(value));
}
