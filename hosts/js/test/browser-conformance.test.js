// Every fixture has the same result in a browser as in every host.

import { after, before, describe } from "node:test";

import { serve } from "../demo/serve.js";
import { launch, skip } from "./support/browser.js";
import { clientOptions, queryOptions, serveFixture, withoutOrigin } from "./support/cases.js";
import { testCases } from "./support/conformance.js";
import { BROWSER } from "./support/exceptions.js";

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

  // Without a browser nothing is reported, and the matrix keeps its column.
  if (skip) return;
  testCases("browser", BROWSER, async (one) => {
    const server = one.sends ? await serveFixture(one.name, "--cors") : undefined;
    try {
      const options = clientOptions(one, server?.url);
      const result = await page.evaluate(ask, { operation: one.operation, options, query: queryOptions(one.query) });
      return [withoutOrigin(result), withoutOrigin(one.expected)];
    } finally {
      server?.stop();
    }
  });
});
