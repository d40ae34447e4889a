// Transpiles the component for both ways to wait: a worker that blocks (Node), and JSPI (browsers). Nothing of the
// toolchain is needed afterwards.

import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { transpile } from "@bytecodealliance/jco-transpile";

import { limitMemory } from "./memory.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const component = join(root, "target/component/servicestage.wasm");
const output = join(here, "dist/component");

/** 512 MiB, as in every host. */
const MAX_PAGES = 8192;

/** The component's code. The small modules beside it connect it to its imports. */
const CORE = "servicestage.core.wasm";

const PIPELINES = "huaweicloud:servicestage/pipelines@0.1.0";
const JSPI = {
  asyncMode: "jspi",
  asyncImports: ["wasi:io/poll@0.2.12#poll", "wasi:io/poll@0.2.12#[method]pollable.block"],
  asyncExports: [`${PIPELINES}#list-pipelines-json`, `${PIPELINES}#find-project`],
};

/**
 * Where jco searches for the code itself. The caller passes the code instead, because bundlers would include every file
 * for this search.
 */
const OWN_SEARCH =
  /getCoreModule\|\|\(getCoreModule=(\w+)=>fetchCompile\(new URL\(`\.\/\$\{\1\}`,import\.meta\.url\)\)\);/;

function withoutSearch(bytes) {
  const [before, , after, ...more] = Buffer.from(bytes).toString().split(OWN_SEARCH);
  if (after === undefined || more.length > 0) throw new Error("jco looks for code in another way than before");
  return before + after;
}

await rm(join(here, "dist"), { recursive: true, force: true });
for (const [way, options] of Object.entries({ blocking: {}, jspi: JSPI })) {
  // With `instantiation` the imports are arguments, so that the component gets what it is handed and no more.
  const { files } = await transpile(component, {
    name: "servicestage",
    instantiation: "async",
    wasiShim: false,
    nodejsCompat: false,
    noComponentErrorWrapping: false,
    minify: true,
    ...options,
  });
  // Both ways have the same code of the component.
  const isCode = ([name]) => name.endsWith(".wasm");
  for (const [name, bytes] of Object.entries(files).filter((file) => !isCode(file))) {
    const file = join(output, way, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, name.endsWith(".js") ? withoutSearch(bytes) : bytes);
  }
  const { [CORE]: core, ...joints } = Object.fromEntries(Object.entries(files).filter(isCode));
  await writeFile(join(output, CORE), limitMemory(core, MAX_PAGES));
  // A few hundred bytes each. They are text, so bundlers have only one file to find.
  const texts = Object.entries(joints).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]);
  await writeFile(join(output, "joints.js"), `export const JOINTS = ${JSON.stringify(Object.fromEntries(texts))};\n`);
}

const needs = JSON.parse(await readFile(join(root, "wit/servicestage/needs.json"), "utf8"));
await writeFile(join(output, "needs.js"), `export const NEEDS = ${JSON.stringify(needs.requests)};\n`);
await writeFile(
  join(output, "needs.d.ts"),
  `/** One kind of request that the component declares. */
export interface Need {
  readonly role: "service" | "iam";
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
}
export declare const NEEDS: readonly Need[];
`,
);

await writeFile(
  join(output, "joints.d.ts"),
  `/** The small modules that join the component's code to its imports, in base64. */
export declare const JOINTS: Readonly<Record<string, string>>;
`,
);

for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  await copyFile(join(root, licence), join(here, "dist", licence));
}
