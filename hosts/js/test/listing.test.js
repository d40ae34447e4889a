// Numbers of the service survive, however large.

import assert from "node:assert/strict";
import { test } from "node:test";

import { listingJson, listingOf, listingText } from "../dist/listing.js";

function listing(fields) {
  const times = '"create_time":null,"update_time":null,"last_trigger_at":null';
  const rest = '"total":1,"matched":1,"truncated":false,"request_id":null,"attempts":1';
  return `{"pipelines":[{"id":"1","name":null,${times},${fields}}],${rest}}`;
}

test("a number that JavaScript would round is a bigint, and others are numbers", () => {
  const text = listing('"version":9223372036854775807,"model_version":2,"status":{"other":-9223372036854775808}');
  const [pipeline] = listingOf(text).pipelines;
  assert.equal(pipeline.version, 9223372036854775807n);
  assert.equal(pipeline.modelVersion, 2);
  assert.deepEqual(pipeline.status, { other: -9223372036854775808n });
});

test("the JSON of a listing keeps every digit, for JSON.stringify and as text", () => {
  const texts = '"creator":"\\u00007","config_mode":{"other":"9223372036854775807"}';
  const text = listing(`"version":9223372036854775807,"model_version":2,"status":{"other":-9007199254740993},${texts}`);
  const read = listingOf(text);
  const [pipeline] = JSON.parse(JSON.stringify(listingJson(read))).pipelines;
  assert.equal(pipeline.version, "9223372036854775807");
  assert.equal(pipeline.model_version, 2);
  assert.deepEqual(pipeline.status, { other: "-9007199254740993" });

  const whole = listingText(read);
  assert.match(whole, /^ {6}"version": 9223372036854775807,$/m);
  assert.match(whole, /^ {8}"other": -9007199254740993$/m);
  assert.match(whole, /^ {8}"other": "9223372036854775807"$/m);
  // Reading it back returns the same listing, except for numbers that JSON.parse rounds.
  const digits = JSON.parse(whole.replace(/: (-?\d{16,})/g, ': "$1"'));
  assert.deepEqual(digits, JSON.parse(JSON.stringify(listingJson(read))));
});

test("without a large number the text is that of JSON.stringify", () => {
  const read = listingOf(listing('"version":9007199254740991,"model_version":null,"status":"rolled_back"'));
  assert.equal(listingText(read), JSON.stringify(listingJson(read), null, 2));
  const empty = { pipelines: [], total: 0, matched: 0, truncated: false, requestId: '\u2028"', attempts: 1 };
  assert.equal(listingText(empty), JSON.stringify(listingJson(empty), null, 2));
});

test("digits within text stay text", () => {
  const text = listing(
    '"version":9007199254740993,"model_version":1,"status":null,"creator":"a\\":12345678901234567,\\\\"',
  );
  const [pipeline] = listingOf(text).pipelines;
  assert.equal(pipeline.creator, 'a":12345678901234567,\\');
  assert.equal(pipeline.version, 9007199254740993n);
});
