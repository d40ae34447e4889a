/**
 * Lists the release tasks of a Huawei Cloud ServiceStage project, from Node.
 *
 * The component runs in a worker thread, so that it never blocks the event loop. The calling thread checks and sends
 * its requests.
 */

import process from "node:process";

import { Admission } from "./admission.js";
import { coreOf, scriptOf } from "./assets.js";
import { BaseClient } from "./client.js";
import type { Core } from "./code.js";
import type { Call, Connection, Outcome } from "./component.js";
import { credentialsFrom, projectIdFrom, regionFrom } from "./environment.js";
import { errorOf, FullError } from "./errors.js";
import { addressesOf, codeOf, connectionOf, credentialsOf, workerOf } from "./options.js";
import { Guard } from "./policy.js";
import { Caller, run } from "./pool.js";
import { sendWithNode } from "./send-node.js";
import type { AccessKey, BundleOptions, Limits, EndpointOptions, AddressOptions, Token } from "./types.js";
import type { Send } from "./wasi/exchange.js";

export * from "./errors.js";
export { ArgumentTypeError } from "./invalid.js";
export { type IntegerJson, listingJson, type ListingJson, listingText, type PipelineJson } from "./listing.js";
export { setMaxThreads } from "./pool.js";
export * from "./types.js";

/** Where to send requests, in whose name, and within which limits. */
export interface ClientOptions extends EndpointOptions, Limits, AddressOptions, BundleOptions {
  /** In whose name. `"ambient"`: the endpoint authenticates by itself. Without it, the environment says. */
  readonly credentials?: Token | AccessKey | "ambient" | undefined;
  /** The location of the package's `worker.mjs`, for bundled programs. By default the package finds it itself. */
  readonly worker?: string | URL | undefined;
}

/** The component's own limit, by which it ends a call. */
const DEFAULT_CALL_TIMEOUT_MS = 120_000;

/** Lists release tasks. Region, project and credentials that are not given come from the environment. */
export class Client extends BaseClient {
  constructor(options: ClientOptions = {}) {
    const given = connectionOf(options, { tag: "ambient" }, ["credentials", "allowAddresses", "wasm", "worker"]);
    const credentials =
      options.credentials === undefined ? credentialsFrom(process.env) : credentialsOf(options.credentials);
    const region = given.region ?? regionFrom(process.env);
    const connection: Connection = { ...given, credentials, ...(region === undefined ? {} : { region }) };
    const send = sendWithNode(new Admission(addressesOf(options.allowAddresses ?? [])));
    const core = coreOf(codeOf(options.wasm));
    const worker = workerOf(options.worker);
    const caller = new Caller();
    super(connection, projectIdFrom(process.env), (call, signal) =>
      perform(call, { caller, core, worker, send, signal }),
    );
  }
}

interface CallContext {
  readonly caller: Caller;
  readonly core: Core;
  readonly worker: string | URL | undefined;
  readonly send: Send;
  readonly signal: AbortSignal | undefined;
}

async function perform(call: Call, { core, worker, send, ...context }: CallContext): Promise<Outcome> {
  const milliseconds = call.connection.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS;
  const guard = new Guard(call.connection, send);
  const code = await core.module();
  const outcome = await run({ ...context, call, send: guard.send, script: scriptOf(worker), core: code, milliseconds });
  if (outcome.type === "full") throw new FullError(call.operation, milliseconds, outcome);
  if (outcome.type !== "late") return guard.explain(outcome);
  throw errorOf({
    kind: { tag: "timeout", val: "call" },
    message:
      `${call.operation} failed: the call took longer than allowed.\n` +
      `Its thread was ended after ${outcome.milliseconds} ms, because the component did not end it.\n` +
      "Try again, or allow more with `callTimeoutMs`.",
    operation: call.operation,
    retryable: true,
    attempts: 0,
  });
}
