// The code of the guides runs as it stands there, but for the endpoint.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "../demo/serve.js";
import { launch, skip } from "./support/browser.js";
import { serveFixture } from "./support/cases.js";
import { NODE_24, skipWithout24 } from "./support/node24.js";
import { run } from "./support/run.js";

const page = (name) => readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");
const GUIDE = page("docs/javascript.md");
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const TSC = fileURLToPath(new URL("../node_modules/.bin/tsc", import.meta.url));
const ESBUILD = fileURLToPath(new URL("../node_modules/.bin/esbuild", import.meta.url));
const VARIABLES = { HW_AUTH_TOKEN: "example-token", HW_PROJECT_ID: "0123456789abcdef0123456789abcdef" };

/** The code blocks of a kind in a page. */
function blocks(kind, text = GUIDE) {
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].filter(([, info]) => info === kind).map(([, , code]) => code);
}

describe("the guide", () => {
  let folder;

  // Installed as users do, from what is packed.
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "guide-"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const npm = async (...words) => {
      const { code, stdout, stderr } = await run("npm", [...words, "--silent"], {}, { cwd: folder });
      assert.equal(code, 0, stderr);
      return stdout.trim();
    };
    const file = await npm("pack", PACKAGE);
    await npm("install", "--offline", "--no-audit", `./${file}`);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Runs a block in a folder in which the package is installed, against this fixture. */
  async function runIn(fixture, file, code, program, words, variables = VARIABLES) {
    const server = await serveFixture(fixture);
    writeFileSync(
      join(folder, file),
      code.replaceAll('region: "cn-north-4"', `endpoint: "${server.url}", region: "cn-north-4"`),
    );
    try {
      const done = await run(program, words(server.url), variables, { cwd: folder });
      assert.equal(done.code, 0, done.stderr);
      return done;
    } finally {
      server.stop();
    }
  }

  const node = (file) => [process.execPath, () => [file]];

  test("lists", async () => {
    const [code] = blocks("js");
    const { stdout } = await runIn("thousand_records", "list.js", code, ...node("list.js"));
    assert.match(stdout, /^\d+ of 1000 match\n/);
    assert.equal(stdout.trim().split("\n").length, 11);
  });

  const FIRST = "release-gn7mre initialized\n";
  for (const [name, output] of [
    ["docs/getting-started.md", FIRST],
    ["docs/getting-started.zh-CN.md", FIRST],
    ["hosts/js/README.md", ""],
  ]) {
    test(`lists as ${name} does`, async () => {
      const [code, ...rest] = blocks("js", page(name));
      assert.deepEqual(rest, []);
      const { stdout } = await runIn("vendor_example", "first.js", code, ...node("first.js"));
      assert.equal(stdout, output);
    });
  }

  test("names credentials and limits", async () => {
    const [, code] = blocks("js");
    const { stdout } = await runIn("vendor_example", "key.js", code, ...node("key.js"));
    assert.equal(stdout, "1\n");
  });

  test("tells errors apart", async () => {
    const [, , code] = blocks("js");
    const { stderr } = await runIn("forbidden", "errors.js", code, ...node("errors.js"));
    assert.equal(stderr, "have servicestage:pipeline:list granted\n");
  });

  test("grants addresses", async () => {
    const [, , , code, ...rest] = blocks("js");
    assert.deepEqual(rest, []);
    const { stdout } = await runIn("vendor_example", "addresses.js", code, ...node("addresses.js"));
    assert.equal(stdout, "1\n");
  });

  test("allows more threads", async () => {
    const [code] = blocks("js threads");
    const { stdout } = await runIn("vendor_example", "threads.js", code, ...node("threads.js"));
    assert.equal(stdout, "1\n");
  });

  test("bundles for Node", async () => {
    const [[code], [command]] = [blocks("js esbuild"), blocks("sh esbuild")];
    const variables = { ...VARIABLES, PATH: `${dirname(ESBUILD)}:${process.env.PATH}` };
    const words = () => ["-c", `${command.trim()} && node out/list.mjs`];
    const { stdout } = await runIn("vendor_example", "list.js", code, "sh", words, variables);
    assert.equal(stdout, "1\n");
  });

  test("is TypeScript too, with nothing but the package's own types", async () => {
    const code = [...blocks("js"), ...blocks("js threads"), ...blocks("js browser")];
    const files = code.map((text, place) => {
      writeFileSync(join(folder, `block-${place}.ts`), text);
      return `block-${place}.ts`;
    });
    const rules = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom"];
    const { code: failed, stdout } = await run(TSC, [...rules, "--types", "", ...files], {}, { cwd: folder });
    assert.equal(failed, 0, stdout);
  });

  test("shows the permission model", { skip: skipWithout24 }, async () => {
    const [[command], [code]] = [blocks("sh"), blocks("js")];
    const variables = { ...VARIABLES, PATH: `${dirname(NODE_24)}:${process.env.PATH}` };
    const { stdout } = await runIn("thousand_records", "list.js", code, "sh", () => ["-c", command], variables);
    assert.match(stdout, /^\d+ of 1000 match\n/);
  });

  test("shows a browser", { skip }, async () => {
    const [code] = blocks("js browser");
    const fixture = await serveFixture("vendor_example", "--cors");
    const site = await serve({ endpoint: fixture.url, projectId: "" });
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(`${site.url}style.css`);
      const printed = page.waitForEvent("console");
      const local = code
        .replace(
          'import { Client } from "servicestage-pipelines/web";',
          'const { Client } = await import("/package/web.js");',
        )
        .replace("https://pipelines.example.com", fixture.url);
      await page.evaluate(`(async () => { ${local} })()`);
      assert.equal((await printed).text(), "1");
    } finally {
      await browser.close();
      site.stop();
      fixture.stop();
    }
  });
});
