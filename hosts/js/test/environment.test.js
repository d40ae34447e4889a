// Region, project and credentials by the names of the command-line tool.

import assert from "node:assert/strict";
import { test } from "node:test";

import { credentialsFrom, projectIdFrom, regionFrom } from "../dist/environment.js";

const KEY = { HW_ACCESS_KEY: "id", HW_SECRET_KEY: "hush-hush" };
const SDK = { HUAWEICLOUD_SDK_AK: "sdk", HUAWEICLOUD_SDK_SK: "hush-hush" };

test("the first family with any credential is taken as a whole", () => {
  const key = (variables) => credentialsFrom(variables).val.accessKeyId;
  assert.equal(key(KEY), "id");
  assert.equal(key(SDK), "sdk");
  assert.equal(key({ ...SDK, ...KEY }), "id");
  assert.equal(credentialsFrom({ ...KEY, HW_SECURITY_TOKEN: "t" }).val.securityToken, "t");
  assert.deepEqual(credentialsFrom({ ...SDK, HW_AUTH_TOKEN: "t" }), { tag: "token", val: "t" });
  assert.throws(() => credentialsFrom({ ...SDK, HW_ACCESS_KEY: "id" }), { argument: "credentials.secretAccessKey" });
});

test("an empty variable is unset", () => {
  assert.equal(regionFrom({ HW_REGION_NAME: "" }), undefined);
  assert.equal(regionFrom({ HW_REGION_NAME: "cn-north-4" }), "cn-north-4");
  assert.equal(projectIdFrom({ HW_PROJECT_ID: "", HUAWEICLOUD_SDK_PROJECT_ID: "b" }), "b");
  assert.equal(projectIdFrom({ HW_PROJECT_ID: "a", HUAWEICLOUD_SDK_PROJECT_ID: "b" }), "a");
  assert.throws(
    () => credentialsFrom({ HW_AUTH_TOKEN: "" }),
    /they are missing; give `credentials`, or set HW_ACCESS_KEY/,
  );
});

test("options that contradict each other, or are for the tool alone, are refused by name", () => {
  assert.throws(() => credentialsFrom({ ...KEY, HW_AUTH_TOKEN: "hush-hush" }), { argument: "credentials" });
  const user = { HW_USER_NAME: "u", HW_USER_PASSWORD: "hush-hush", HW_DOMAIN_NAME: "d" };
  assert.throws(
    () => credentialsFrom(user),
    /HW_USER_NAME and HW_USER_PASSWORD are read by the command-line tool alone/,
  );
  for (const variables of [user, { HW_SECRET_KEY: "hush-hush" }, { HW_SECURITY_TOKEN: "hush-hush" }]) {
    assert.throws(
      () => credentialsFrom(variables),
      (error) => !error.message.includes("hush-hush"),
    );
  }
});
