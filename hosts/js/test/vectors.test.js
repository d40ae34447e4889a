// Checks the rules that all hosts share against the tables that all hosts read.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { errorOf } from "../dist/errors.js";
import { noProxyOf } from "../dist/no-proxy.js";
import { originFrom, originOf, originText } from "../dist/origin.js";
import { queryOf } from "../dist/options.js";
import { covers } from "../dist/policy.js";
import { plain, printableLine, printableLines } from "../dist/text.js";
import { millisecondsOf } from "../dist/time.js";
import { STATUSES } from "../dist/types.js";
import { Fields } from "../dist/wasi/http.js";

function table(name) {
  return JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), "utf8"));
}

/** Returns the rows, of which there must be many. */
function rows(name) {
  const all = table(name);
  assert.ok(all.length > 100, `${name} is cut short`);
  return all;
}

function span(first, last) {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

function normalForm(text) {
  const origin = originOf(text);
  return origin === undefined ? null : originText(origin);
}

test("an origin has its normal form, or is refused", () => {
  for (const { origin, normal } of rows("origins")) assert.equal(normalForm(origin), normal, JSON.stringify(origin));
});

test("a normal form is its own, also in parts", () => {
  for (const { normal } of rows("origins").filter(({ normal }) => normal !== null)) {
    assert.equal(normalForm(normal), normal);
    assert.equal(originText(originFrom(...normal.split("://"))), normal);
  }
});

test("a request is covered by what is declared, or not", () => {
  for (const { need, request, covered } of rows("requests")) {
    const asked = { method: request.method, path: request.target };
    assert.equal(covers({ query: [], ...need }, asked), covered, JSON.stringify({ need, request }));
  }
});

test("an origin is reached without a proxy, or through it, or the list is refused", () => {
  for (const { no_proxy, origin, covered, error } of rows("no_proxy")) {
    const read = noProxyOf(no_proxy);
    if (error === true) assert.equal(typeof read, "string", JSON.stringify(no_proxy));
    else assert.equal(read(originOf(origin)), covered, JSON.stringify({ no_proxy, origin }));
  }
});

test("a component may set a header, or the header's name is refused as forbidden or not valid", () => {
  const verdict = (name) => {
    try {
      new Fields().append(name, new Uint8Array());
      return "allowed";
    } catch ({ tag }) {
      return tag;
    }
  };
  const { forbidden, allowed, invalid } = table("headers");
  for (const name of forbidden) assert.equal(verdict(name), "forbidden", name);
  for (const name of allowed) assert.equal(verdict(name), "allowed", name);
  for (const name of invalid) assert.equal(verdict(name), "invalid-syntax", name);
  assert.ok(Math.min(forbidden.length, allowed.length, invalid.length) > 10);
});

test("a time is read as everywhere, or refused", () => {
  const times = table("times");
  assert.ok(times.length > 20);
  for (const { text, milliseconds } of times) {
    const read = millisecondsOf(text);
    if (milliseconds === null) assert.equal(typeof read, "string", text);
    else assert.equal(read, milliseconds, text);
  }
  // Without an offset or a time of day it is not a moment. Forms that only some libraries read are not RFC 3339.
  for (const text of ["2025-02-18", "2025-02-18T07:55:12", "2025-02-18T24:00:00Z", "+002025-02-18T07:55:12Z"]) {
    assert.equal(typeof millisecondsOf(text), "string", text);
  }
});

test("a status has the words that every host has, with hyphens or underscores", () => {
  const words = table("statuses").flatMap(({ word }) => word ?? []);
  const hyphened = words.map((word) => word.replaceAll("_", "-"));
  assert.deepEqual([...STATUSES], hyphened);
  for (const status of [words, hyphened]) {
    const [{ val }] = queryOf({ status });
    assert.deepEqual(
      val.map(({ tag }) => tag),
      hyphened,
    );
  }
});

test("the characters of the table are replaced and no others", () => {
  const { replaced } = table("printable");
  const codes = ({ first, last }) => span(parseInt(first, 16), parseInt(last, 16));
  // Only in JavaScript can a text hold half of a surrogate pair. A carriage return becomes a space.
  const expected = new Set([...replaced.flatMap(codes), ...span(0xd800, 0xdfff), 0x0d]);
  const changed = (code) => printableLines(String.fromCodePoint(code)) !== String.fromCodePoint(code);
  const wrong = span(0, 0x10_ffff).filter((code) => changed(code) !== expected.has(code));
  assert.deepEqual(wrong, []);
});

test("text that others wrote is harmless where it is printed, and unchanged where it is data", () => {
  for (const { what, text, line, lines } of table("printable").texts) {
    assert.equal(printableLine(text), line, what);
    assert.equal(printableLines(text), lines, what);
    assert.equal(plain(text, 1000), line, what);
    const record = { message: `a\n${text}`, operation: "x", vendorMessage: text, retryable: false, attempts: 1 };
    const error = errorOf({ ...record, kind: { tag: "rejected" } });
    assert.equal(error.message, `a\n${lines}`, what);
    assert.ok(error.stack.includes(lines), what);
    assert.equal(error.vendorMessage, text, what);
    assert.equal(error.toJSON().message, record.message, what);
  }
});
