// Tells how each fixture came out, for the conformance matrix: lines of JSON in the file that CONFORMANCE names.

import { appendFileSync } from "node:fs";
import process from "node:process";

const FILE = process.env.CONFORMANCE;

export function tellPassed(host, fixture) {
  tell({ fixture, host, result: "passed" });
}

export function tellLacks(host, fixture, why) {
  tell({ fixture, host, result: "lacks", why });
}

function tell(line) {
  if (FILE !== undefined) appendFileSync(FILE, `${JSON.stringify(line)}\n`);
}
