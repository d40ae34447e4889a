// Every fixture gives in a browser what it gives in every host.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { serve } from "../demo/serve.js";
import { launch, skip } from "./support/browser.js";
import { cases, clientOptions, queryOptions, serveFixture, withoutOrigin } from "./support/cases.js";
import { tellLacks, tellPassed } from "./support/conformance.js";
import { lackingInBrowsers } from "./support/lacking.js";

/** Runs in the page: asks the component, and tells the result as JSON. */
async function ask({ operation, options, query }) {
  const { Client, listingJson, PipelinesError } = await import("/package/web.js");
  try {
    const client = new Client(options);
    if (operation === "find-project") return { project: await client.findProject() };
    return { listing: listingJson(await client.listPipelines(query)) };
  } catch (error) {
    if (!(error instanceof PipelinesError)) throw error;
    return { error: error.toJSON() };
  }
}

describe("a case has its expected result in a browser", { concurrency: 4, skip }, () => {
  let browser, page, site;

  before(async () => {
    // Ports of fixtures are not known before; the page's own rules are tried in demo.test.js.
    site = await serve({ endpoint: "http://127.0.0.1:*", projectId: "" });
    browser = await launch();
    page = await browser.newPage();
    await page.goto(`${site.url}style.css`);
  });
  after(async () => {
    await browser?.close();
    site?.stop();
  });

  for (const one of cases()) {
    const why = lackingInBrowsers(one);
    if (why !== undefined && !skip) tellLacks("browser", one.name, why);
    test(one.name, { skip: why ?? false }, async () => {
      const server = one.sends ? await serveFixture(one.name, "--cors") : undefined;
      try {
        const options = clientOptions(one, server?.url);
        const result = await page.evaluate(ask, { operation: one.operation, options, query: queryOptions(one.query) });
        assert.deepEqual(withoutOrigin(result), withoutOrigin(one.expected));
      } finally {
        server?.stop();
      }
      tellPassed("browser", one.name);
    });
  }
});
