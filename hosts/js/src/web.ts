/**
 * Lists the release tasks of a Huawei Cloud ServiceStage project from a browser. It needs `fetch`, and WebAssembly that
 * can wait for promises (JSPI).
 *
 * An access key must not be in a page, so none is accepted.
 */

import { BaseClient } from "./client.js";
import { Core, given } from "./code.js";
import { type Call, type Outcome, perform as performIn } from "./component.js";
import { instantiate } from "./component/jspi/servicestage.js";
import { HostError } from "./errors.js";
import { invalid } from "./invalid.js";
import { codeOf, connectionOf, credentialsOf } from "./options.js";
import { Guard } from "./policy.js";
import { sendWithFetch } from "./send-fetch.js";
import type { BundleOptions, Limits, EndpointOptions, Token } from "./types.js";
import { timeUntilDue, type Wait } from "./wasi/poll.js";

export * from "./errors.js";
export { ArgumentTypeError } from "./invalid.js";
export { type IntegerJson, listingJson, type ListingJson, listingText, type PipelineJson } from "./listing.js";
export * from "./types.js";

/** Where to send requests, in whose name, and within which limits. */
export interface ClientOptions extends EndpointOptions, Limits, BundleOptions {
  /** A token; or `"ambient"`, where the endpoint authenticates by itself. */
  readonly credentials: Token | "ambient";
}

/** Lists release tasks. */
export class Client extends BaseClient {
  constructor(options: ClientOptions) {
    const connection = connectionOf(options, { tag: "ambient" }, ["credentials", "wasm"]);
    const credentials = credentialsOf(options.credentials);
    if (credentials.tag === "access-key") {
      throw invalid("client", "credentials", "an access key must not be in a page; use a token");
    }
    const code = codeOf(options.wasm);
    const core = code === undefined ? OWN : given(code, read);
    super({ ...connection, credentials }, undefined, (call, signal) => perform(call, core, signal));
  }
}

async function perform(call: Call, code: Core, signal: AbortSignal | undefined): Promise<Outcome> {
  let wake = () => {};
  const wait: Wait = async (pollables) => {
    for (;;) {
      // The component is left as it waits: what is thrown into it does not end its call.
      if (signal?.aborted) await new Promise<never>(() => {});
      if (pollables.some((pollable) => pollable.ready())) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeUntilDue(pollables));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const core = await code.module();
  // Nothing is sent for a call that was ended before it began.
  signal?.throwIfAborted();
  if (!("Suspending" in WebAssembly)) {
    throw new HostError(
      "This browser's WebAssembly cannot wait for promises (JSPI).\nNothing was sent.\n" +
        "Use a newer one, such as Chromium 137 or newer.",
    );
  }
  const guard = new Guard(call.connection, sendWithFetch);
  let end = () => {};
  const ended = new Promise<never>((_, reject) => (end = () => reject(signal?.reason)));
  // It may end before anything waits for it.
  ended.catch(() => {});
  signal?.addEventListener("abort", end);
  try {
    const outcome = await performIn(call, { instantiate, core }, wait, guard.send, () => wake(), ended);
    signal?.throwIfAborted();
    return guard.explain(outcome);
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

// Bundlers look for this very text.
const OWN = new Core(() => read(new URL("./component/servicestage.core.wasm", import.meta.url)));

async function read(wasm: string | URL): Promise<BufferSource> {
  const response = await fetch(wasm);
  // The content type is ignored: development servers send various ones.
  if (response.ok) return response.arrayBuffer();
  throw new Error(`${response.url} answers ${response.status}`);
}
