// Numbers of the service survive, however large.

import assert from "node:assert/strict";
import { test } from "node:test";

import { listingJson, listingOf } from "../dist/listing.js";

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
  assert.equal(listingJson(listingOf(text)).pipelines[0].version, 9223372036854775807n);
});

test("digits within text stay text", () => {
  const text = listing(
    '"version":9007199254740993,"model_version":1,"status":null,"creator":"a\\":12345678901234567,\\\\"',
  );
  const [pipeline] = listingOf(text).pipelines;
  assert.equal(pipeline.creator, 'a":12345678901234567,\\');
  assert.equal(pipeline.version, 9007199254740993n);
});
