/**
 * Lists the release tasks of a Huawei Cloud ServiceStage project, from Node.
 *
 * The component runs in a worker thread, so that nothing it does blocks the event loop; its requests are checked and
 * sent by the thread that calls.
 */

import process from "node:process";

import { BaseClient } from "./client.js";
import type { Call, Connection, Outcome } from "./component.js";
import { credentialsFrom, projectIdFrom, regionFrom } from "./environment.js";
import { errorOf } from "./errors.js";
import { connectionOf, credentialsOf } from "./options.js";
import { guard } from "./policy.js";
import { run } from "./pool.js";
import { sendWithNode } from "./send-node.js";
import type { AccessKey, Limits, Place, Token } from "./types.js";

export * from "./errors.js";
export { listingJson, type ListingJson, type PipelineJson } from "./listing.js";
export * from "./types.js";

/** Where to send requests, in whose name, and within which limits. */
export interface ClientOptions extends Place, Limits {
  /** In whose name. `"ambient"`: the endpoint authenticates by itself. Without it, the environment says. */
  readonly credentials?: Token | AccessKey | "ambient" | undefined;
}

/** The component's own limit, by which it ends a call. */
const DEFAULT_CALL_TIMEOUT_MS = 120_000;
/** How much longer a call may take before its thread is ended: the component has failed to end it. */
const GRACE_MS = 5_000;

/** Lists release tasks. Region, project and credentials that are not given come from the environment. */
export class Client extends BaseClient {
  constructor(options: ClientOptions = {}) {
    const given = connectionOf(options, { tag: "ambient" });
    const credentials =
      options.credentials === undefined ? credentialsFrom(process.env) : credentialsOf(options.credentials);
    const region = given.region ?? regionFrom(process.env);
    const connection: Connection = { ...given, credentials, ...(region === undefined ? {} : { region }) };
    super(connection, projectIdFrom(process.env), perform);
  }
}

async function perform(call: Call, signal: AbortSignal | undefined): Promise<Outcome> {
  const { connection } = call;
  const milliseconds = (connection.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS) + GRACE_MS;
  const outcome = await run(call, guard(connection, sendWithNode), milliseconds, signal);
  if (outcome !== undefined) return outcome;
  throw errorOf({
    kind: { tag: "timeout", val: "call" },
    message:
      `${call.operation} failed: the call took longer than allowed.\nIts thread was ended after ${milliseconds} ms, ` +
      "because the component did not end it.\nTry again, or allow more with `callTimeoutMs`.",
    operation: call.operation,
    retryable: true,
    attempts: 0,
  });
}
