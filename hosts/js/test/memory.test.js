// The component's memory has an end that the engine keeps.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { limitMemory } from "../memory.js";

const CORE = readFileSync(new URL("../dist/component/servicestage.core.wasm", import.meta.url));
const PAGES_OF_512_MIB = 8192;

/** A module with one memory of this type, and nothing else. */
function moduleWith(...limits) {
  const memory = [1, ...limits];
  const name = [6, ...Buffer.from("memory")];
  const exported = [1, ...name, 2, 0];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([...header, 5, memory.length, ...memory, 7, exported.length, ...exported]);
}

/** Up to how many pages the module's memory can grow. */
function mostPages(bytes) {
  const module = new WebAssembly.Module(bytes);
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    assert.equal(kind, "function", `${from} ${name}`);
    (imports[from] ??= {})[name] = () => assert.fail("nothing is called");
  }
  const { memory } = new WebAssembly.Instance(module, imports).exports;
  for (let step = 65536; step >= 1; step = Math.floor(step / 2)) {
    try {
      memory.grow(step);
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  }
  return memory.buffer.byteLength / 65536;
}

test("a maximum is set, lowered, and left alone where it is lower", () => {
  assert.equal(mostPages(limitMemory(moduleWith(0, 1), 200)), 200);
  assert.equal(mostPages(limitMemory(moduleWith(1, 1, 0x80, 0x80, 4), 200)), 200);
  assert.equal(mostPages(limitMemory(moduleWith(1, 1, 3), 200)), 3);
  assert.throws(() => limitMemory(moduleWith(4, 1), 200), /flags 4/);
});

test("the component as it is shipped can have 512 MiB", () => {
  assert.equal(mostPages(CORE), PAGES_OF_512_MIB);
});
