// Makes a test of each case, and tells how each came out, for the conformance matrix: lines of JSON in the file that
// CONFORMANCE names.

import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";

import { cases } from "./cases.js";

const FILE = process.env.CONFORMANCE;

/**
 * Makes a test of each case that is applicable. `ask` returns the actual and the expected result. A host that is known
 * to differ must differ.
 */
export function testCases(host, { notApplicable, differing }, ask) {
  for (const one of cases()) {
    const why = notApplicable(one);
    if (why !== undefined) {
      tell({ fixture: one.name, host, result: "not-applicable", why });
      continue;
    }
    test(one.name, async () => {
      const [found, expected] = await ask(one);
      const why = differing(one);
      if (why === undefined) assert.deepEqual(found, expected);
      else assert.notDeepEqual(found, expected);
      tell({ fixture: one.name, host, ...(why === undefined ? { result: "passed" } : { result: "differs", why }) });
    });
  }
}

function tell(line) {
  if (FILE !== undefined) appendFileSync(FILE, `${JSON.stringify(line)}\n`);
}
