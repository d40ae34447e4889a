/**
 * Lists the release tasks of a Huawei Cloud ServiceStage project, from Node.
 *
 * The component runs in a worker thread, so that nothing it does blocks the event loop; its requests are checked and
 * sent by the thread that calls.
 */

import process from "node:process";

import { Admission } from "./admission.js";
import { BaseClient } from "./client.js";
import type { Call, Connection, Outcome } from "./component.js";
import { credentialsFrom, projectIdFrom, regionFrom } from "./environment.js";
import { errorOf } from "./errors.js";
import { addressesOf, connectionOf, credentialsOf } from "./options.js";
import { Guard } from "./policy.js";
import { run } from "./pool.js";
import { sendWithNode } from "./send-node.js";
import type { AccessKey, Limits, Place, Reach, Token } from "./types.js";
import type { Send } from "./wasi/exchange.js";

export * from "./errors.js";
export { listingJson, type ListingJson, type PipelineJson } from "./listing.js";
export * from "./types.js";

/** Where to send requests, in whose name, and within which limits. */
export interface ClientOptions extends Place, Limits, Reach {
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
    const given = connectionOf(options, { tag: "ambient" }, ["credentials", "allowAddresses"]);
    const credentials =
      options.credentials === undefined ? credentialsFrom(process.env) : credentialsOf(options.credentials);
    const region = given.region ?? regionFrom(process.env);
    const connection: Connection = { ...given, credentials, ...(region === undefined ? {} : { region }) };
    const send = sendWithNode(new Admission(addressesOf(options.allowAddresses ?? [])));
    super(connection, projectIdFrom(process.env), (call, signal) => perform(call, send, signal));
  }
}

async function perform(call: Call, send: Send, signal: AbortSignal | undefined): Promise<Outcome> {
  const { connection } = call;
  const milliseconds = (connection.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS) + GRACE_MS;
  const guard = new Guard(connection, send);
  const outcome = await run(call, guard.send, milliseconds, signal);
  if (outcome !== undefined) return guard.explain(outcome);
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
