// The package in common bundlers. The output of each one is run, in a browser or by Node.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { launch, skip } from "./support/browser.js";
import { serveFixture } from "./support/cases.js";
import { run } from "./support/run.js";

const HERE = fileURLToPath(new URL("bundlers/", import.meta.url));
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const INSTALLED = join(HERE, "node_modules/servicestage-pipelines");
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

describe("a bundler", () => {
  let fixture, folder, packed;

  // The package as it is packed, beside bundlers of the versions in the lock file.
  before(async () => {
    await succeed("npm", ["ci", "--no-fund", "--no-audit", "--ignore-scripts", "--prefer-offline"], HERE);
    folder = mkdtempSync(join(tmpdir(), "bundlers-"));
    packed = join(folder, (await succeed("npm", ["pack", "--silent", "--pack-destination", folder], PACKAGE)).trim());
    mkdirSync(INSTALLED, { recursive: true });
    await succeed("tar", ["-xzf", packed, "--strip-components=1", "-C", INSTALLED]);
    fixture = await serveFixture("thousand_records", "--cors");
  });
  after(() => {
    fixture?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function succeed(program, words, cwd = HERE, variables = {}) {
    const { code, stdout, stderr } = await run(program, words, variables, { cwd });
    assert.equal(code, 0, `${program} ${words.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  }

  const tool = (name, words, variables) => succeed(join(HERE, "node_modules/.bin", name), words, HERE, variables);

  /** Makes a new folder for the output of a bundler. */
  function output(name) {
    const path = join(folder, name);
    mkdirSync(path);
    return path;
  }

  async function listsInNode(program, ...flags) {
    const printed = await succeed(process.execPath, [...flags, program, fixture.url]);
    assert.equal(printed.trim(), "listed 1000");
  }

  describe("TypeScript finds the types", () => {
    for (const [module, resolution] of [
      ["commonjs", "node10"],
      ["node16", "node16"],
      ["nodenext", "nodenext"],
      ["esnext", "bundler"],
    ]) {
      test(`with moduleResolution ${resolution}`, async () => {
        const words = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--typeRoots", folder];
        await tool("tsc", [...words, "--module", module, "--moduleResolution", resolution, "app/types.ts"]);
      });
    }
  });

  describe("for Node", () => {
    test("esbuild, with the code as a file and the thread as a program", async () => {
      const out = output("esbuild-node");
      const entries = ["app/node-given.js", "worker=servicestage-pipelines/worker.mjs"];
      const format = ["--bundle", "--platform=node", "--format=esm", "--out-extension:.js=.mjs", "--loader:.wasm=file"];
      await tool("esbuild", [...entries, ...format, `--outdir=${out}`, "--entry-names=[name]"]);
      await listsInNode(join(out, "node-given.mjs"));
    });

    test("esbuild, as CommonJS", async () => {
      const out = output("esbuild-cjs");
      const entries = ["app/node-given-cjs.js", "worker=servicestage-pipelines/worker.mjs"];
      const format = [
        "--bundle",
        "--platform=node",
        "--format=cjs",
        "--out-extension:.js=.cjs",
        "--loader:.wasm=binary",
      ];
      // Node 20 has no Uint8Array.fromBase64, which esbuild would use.
      format.push("--target=node20");
      await tool("esbuild", [...entries, ...format, `--outdir=${out}`, "--entry-names=[name]", "--log-level=error"]);
      await listsInNode(join(out, "node-given-cjs.cjs"));
    });

    test("rollup, with the plugin that emits what `new URL` names", async () => {
      const out = output("rollup-node");
      await tool("rollup", ["--config", "--silent"], { INPUT: "node.js", OUTPUT: out });
      await listsInNode(join(out, "node.mjs"));
    });

    test("webpack, as it is", async () => {
      const out = output("webpack-node");
      await succeed(process.execPath, ["webpack.js", "node.js", out]);
      await listsInNode(join(out, "node.cjs"));
    });

    test("without the files says which is missing, and what to pass", async () => {
      const out = output("esbuild-bare");
      const words = [
        "app/node.js",
        "--bundle",
        "--platform=node",
        "--format=esm",
        `--outfile=${join(out, "node.mjs")}`,
      ];
      await tool("esbuild", words);
      const program = () => succeed(process.execPath, [join(out, "node.mjs"), fixture.url]);
      assert.match(await program(), /HostError.*cannot be loaded.*servicestage\.core\.wasm.*`wasm` or `worker`/s);
      mkdirSync(join(out, "component"));
      const code = "component/servicestage.core.wasm";
      copyFileSync(join(INSTALLED, "dist", code), join(out, code));
      const printed = await program();
      assert.match(printed, /HostError.*worker\.mjs.*`wasm` or `worker`/s);
      assert.doesNotMatch(printed, /--allow-worker|Report this/);
    });

    test("none, but Yarn's Plug'n'Play, which keeps packages in archives", async () => {
      const project = output("yarn");
      copyFileSync(packed, join(project, "package.tgz"));
      const dependencies = { "servicestage-pipelines": "file:./package.tgz" };
      writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", dependencies }));
      copyFileSync(join(HERE, "app/node.js"), join(project, "node.js"));
      const yarn = join(HERE, "node_modules/@yarnpkg/cli-dist/bin/yarn.js");
      const variables = {
        YARN_NODE_LINKER: "pnp",
        YARN_ENABLE_TELEMETRY: "0",
        YARN_ENABLE_NETWORK: "0",
        YARN_GLOBAL_FOLDER: join(project, ".yarn-global"),
        YARN_ENABLE_IMMUTABLE_INSTALLS: "0",
      };
      await succeed(process.execPath, [yarn, "install"], project, variables);
      const printed = await succeed(process.execPath, [yarn, "node", "node.js", fixture.url], project, variables);
      assert.equal(printed.trim(), "listed 1000");
    });
  });

  describe("for a browser", { skip }, () => {
    let browser;

    before(async () => (browser = await launch()));
    after(() => browser?.close());

    /** Returns what a page from this origin reports. */
    async function told(origin) {
      const page = await browser.newPage();
      try {
        await page.goto(`${origin}/index.html?endpoint=${encodeURIComponent(fixture.url)}`);
        await page.waitForFunction(() => document.title !== "waits", null, { timeout: 30_000 });
        return await page.title();
      } finally {
        await page.close();
      }
    }

    /** Returns what the page in this folder reports. */
    async function toldBy(out) {
      const server = createServer(async (request, response) => {
        const [path] = request.url.split("?");
        const bytes = await readFile(join(out, path)).catch(() => undefined);
        response.writeHead(bytes === undefined ? 404 : 200, { "content-type": TYPES[extname(path)] ?? "text/plain" });
        response.end(bytes);
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      try {
        return await told(`http://127.0.0.1:${server.address().port}`);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    }

    /** Writes a page for a program beside it. */
    function pageFor(out, program) {
      writeFileSync(join(out, "index.html"), `<title>waits</title><script type="module" src="./${program}"></script>`);
    }

    test("Vite's server of development", async () => {
      const vite = join(HERE, "node_modules/vite/bin/vite.js");
      // On a free port, and without the cache of an earlier run.
      const words = [vite, "app", "--force", "--host", "127.0.0.1", "--port", "0"];
      const server = spawn(process.execPath, words, { cwd: HERE, stdio: ["ignore", "pipe", "inherit"] });
      try {
        let printed = "";
        for await (const text of server.stdout) {
          printed += text;
          if (/127\.0\.0\.1:\S*\d+/.test(printed)) break;
        }
        const [, port] = /127\.0\.0\.1:\D*(\d+)/.exec(printed.replace(/\u001b\[\d+m/g, "")) ?? [];
        assert.equal(await told(`http://127.0.0.1:${port}`), "listed 1000");
      } finally {
        server.kill();
      }
    });

    test("Vite's build", async () => {
      const out = output("vite");
      await tool("vite", ["build", "app", "--outDir", out, "--emptyOutDir", "--logLevel", "error"]);
      assert.equal(await toldBy(out), "listed 1000");
    });

    test("webpack, as it is", async () => {
      const out = output("webpack");
      await succeed(process.execPath, ["webpack.js", "web.js", out]);
      pageFor(out, "web.js");
      assert.equal(await toldBy(out), "listed 1000");
    });

    test("rollup, with the plugin that emits what `new URL` names", async () => {
      const out = output("rollup");
      await tool("rollup", ["--config", "--silent"], { INPUT: "web.js", OUTPUT: out });
      pageFor(out, "web.js");
      assert.equal(await toldBy(out), "listed 1000");
    });

    test("esbuild, with the code as a file", async () => {
      const out = output("esbuild");
      await tool("esbuild", ["app/web-given.js", "--bundle", "--format=esm", "--loader:.wasm=file", `--outdir=${out}`]);
      pageFor(out, "web-given.js");
      assert.equal(await toldBy(out), "listed 1000");
    });

    test("without the file says that it is missing, and what to pass", async () => {
      const out = output("esbuild-bare-web");
      await tool("esbuild", ["app/web.js", "--bundle", "--format=esm", `--outdir=${out}`]);
      pageFor(out, "web.js");
      assert.match(await toldBy(out), /HostError.*servicestage\.core\.wasm answers 404.*pass where it is as `wasm`/s);
    });
  });
});
