// The page, in a browser, by keyboard.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "../demo/serve.js";
import { launch, skip } from "./support/browser.js";
import { serveFixture } from "./support/cases.js";

const PROJECT = "0123456789abcdef0123456789abcdef";
const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const PICTURES = fileURLToPath(new URL("../../../target/js/", import.meta.url));

/** Runs in the page: what the thing is called that has the focus. */
function nameOfFocus() {
  const focus = document.activeElement;
  const label = focus.labels?.[0] ?? document.getElementById(focus.getAttribute("aria-labelledby")) ?? focus;
  const own = [...label.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
  return own?.data.trim();
}

describe("the page", { skip }, () => {
  let browser, fixture, site;

  before(async () => {
    browser = await launch();
    fixture = await serveFixture("thousand_records", "--cors");
    site = await serve({ endpoint: fixture.url, projectId: PROJECT });
    mkdirSync(PICTURES, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    site?.stop();
    fixture?.stop();
  });

  /** A page on which everything that goes wrong is kept. */
  async function open(url, options = {}) {
    const page = await browser.newPage({
      viewport: { width: 1200, height: 1000 },
      reducedMotion: "reduce",
      ...options,
    });
    const wrong = [];
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(error.message));
    await page.goto(url);
    return { page, wrong };
  }

  const listed = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor();
  const names = (page) => page.locator("tbody td:first-child").allTextContents();

  /** The faults that keep people from using the page as it is now, by the rules of WCAG 2.2 and axe's own. */
  async function barriers(page) {
    await page.evaluate(AXE);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
    assert.ok(passes.length > 20, "the rules were not applied");
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }

  test("lists and charts as it opens, within its own rules", async () => {
    const { page, wrong } = await open(site.url);
    await listed(page, "1000 of 1000 that match, of 1000 release tasks");
    assert.equal(await page.locator("tbody tr").count(), 1000);
    assert.match(await page.locator("#by-status").getAttribute("aria-label"), /succeeded: \d+/);
    assert.match(await page.locator("#by-month").getAttribute("aria-label"), /^20\d\d-\d\d: \d+/);
    await page.screenshot({ path: `${PICTURES}demo-light.png` });
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("filters and sorts by keyboard", async () => {
    const { page, wrong } = await open(site.url);
    await listed(page, "1000 of 1000");
    await page.getByLabel("failed", { exact: true }).focus();
    await page.keyboard.press("Space");
    await page.getByLabel("Rows at most").focus();
    await page.keyboard.type("5");
    await page.keyboard.press("Enter");
    await listed(page, /^5 of \d+ that match, of 1000/);
    assert.deepEqual(new Set(await page.locator("tbody td:nth-child(2)").allTextContents()), new Set(["failed"]));

    for (const sort of ["ascending", "descending"]) {
      await page.getByRole("button", { name: "Name" }).focus();
      await page.keyboard.press("Enter");
      await page.locator(`th[data-key=name][aria-sort=${sort}]`).waitFor();
      const sorted = [...(await names(page))].sort();
      assert.deepEqual(await names(page), sort === "ascending" ? sorted : sorted.reverse());
    }
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("charts all that matches, however few rows are shown", async () => {
    const { page, wrong } = await open(site.url);
    const counts = async (chart) =>
      Object.fromEntries(
        [...(await page.locator(chart).getAttribute("aria-label")).matchAll(/([^,]+): (\d+)/g)].map(
          ([, name, count]) => [name.trim(), Number(count)],
        ),
      );
    const sum = (counted) => Object.values(counted).reduce((sum, count) => sum + count, 0);
    await listed(page, "1000 of 1000");
    const all = await counts("#by-status");
    assert.equal(sum(all), 1000);
    await page.getByLabel("failed", { exact: true }).check();
    await listed(page, "1000 of 1000");
    await page.getByLabel("Rows at most").fill("25");
    await page.keyboard.press("Enter");
    await listed(page, `25 of ${all.failed} that match, of 1000`);
    assert.equal(await page.locator("tbody tr").count(), 25);
    assert.deepEqual(await counts("#by-status"), { failed: all.failed });
    const months = sum(await counts("#by-month"));
    assert.ok(months > 25 && months <= all.failed, `${months} last runs are charted`);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("is dark where that is wanted", async () => {
    const { page } = await open(site.url, { colorScheme: "dark" });
    await listed(page, "1000 of 1000");
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(background, "rgb(20, 23, 27)");
    await page.screenshot({ path: `${PICTURES}demo-dark.png` });
    await page.close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`keeps nobody out where it is ${colorScheme}`, async () => {
      const { page } = await open(site.url, { colorScheme });
      await page.getByLabel("Rows at most").fill("5");
      await page.keyboard.press("Enter");
      await listed(page, "5 of 1000");
      assert.deepEqual(await barriers(page), []);
      await page.close();
    });
  }

  test("fits a narrow screen", async () => {
    const { page } = await open(site.url, { viewport: { width: 320, height: 800 } });
    await listed(page, "1000 of 1000");
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, 320);
    await page.screenshot({ path: `${PICTURES}demo-narrow.png` });
    await page.close();
  });

  test("says that nothing matches", async () => {
    const { page } = await open(site.url);
    await listed(page, "1000 of 1000");
    await page.getByLabel("Name contains").fill("no such name");
    await page.keyboard.press("Enter");
    await listed(page, "No release task matches, of 1000");
    assert.equal(await page.getByRole("table").count(), 0);
    await page.close();
  });

  test("has each thing in reach of the Tab key, in the order in which it is read", async () => {
    const { page } = await open(site.url);
    await listed(page, "1000 of 1000");
    const reached = [];
    while (!reached.includes("Last run")) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(nameOfFocus));
      assert.ok(reached.length < 40, `it does not come to the table's last column: ${reached}`);
    }
    const fields = ["Project id", "Token", "Name contains", "Creator", "Mode", "Rows at most"];
    assert.deepEqual(reached.slice(0, 6), fields);
    assert.deepEqual(reached.slice(-6), ["List", "Release tasks", "Name", "Created", "Updated", "Last run"]);
    await page.close();
  });

  test("shows text of the service as text, and sends the token to the endpoint alone", async (t) => {
    const hostile = `<img src=x onerror="document.title='taken'"><b>bold</b>`;
    const tokens = [];
    const server = createServer((request, response) => {
      const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
      if (request.method === "GET") tokens.push(request.headers["x-auth-token"]);
      response.writeHead(200, { ...cors, "content-type": "application/json" });
      response.end(JSON.stringify([{ id: "1", name: hostile, creator: hostile, status: 2 }]));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${server.address().port}`;
    const other = await serve({ endpoint, projectId: PROJECT });
    t.after(() => (other.stop(), server.close()));
    const { page, wrong } = await open(other.url);
    await listed(page, "1 of 1");
    await page.getByLabel("Token").fill("example-token");
    await page.keyboard.press("Enter");
    while (tokens.length < 2) await once(server, "request");
    await listed(page, "1 of 1");
    assert.deepEqual(await names(page), [hostile]);
    assert.equal(await page.locator("tbody img, tbody b").count(), 0);
    assert.equal(await page.title(), "ServiceStage release tasks");
    assert.deepEqual(tokens, [undefined, "example-token"]);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("shows an error in full", async (t) => {
    const forbidden = await serveFixture("forbidden", "--cors");
    const other = await serve({ endpoint: forbidden.url, projectId: PROJECT });
    t.after(() => (other.stop(), forbidden.stop()));
    const { page } = await open(other.url);
    await page.getByRole("alert").filter({ hasText: "lack the permission servicestage:pipeline:list" }).waitFor();
    assert.equal(await page.getByRole("region").count(), 0);
    await page.screenshot({ path: `${PICTURES}demo-error.png` });
    assert.deepEqual(await barriers(page), []);
    await page.close();
  });

  test("can reach its own server and the endpoint, and nothing else", async () => {
    const { page } = await open(site.url);
    const reach = (url) =>
      page.evaluate(
        (url) =>
          fetch(url).then(
            () => true,
            () => false,
          ),
        url,
      );
    assert.equal(await reach(`${fixture.url}/`), true);
    assert.equal(await reach("http://127.0.0.1:9/"), false);
    const refused = await page.evaluate(async () => {
      const told = new Promise((resolve) =>
        document.addEventListener("securitypolicyviolation", resolve, { once: true }),
      );
      fetch("http://127.0.0.1:9/").catch(() => {});
      return (await told).effectiveDirective;
    });
    assert.equal(refused, "connect-src");
    await page.close();
  });
});
