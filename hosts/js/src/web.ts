/**
 * Lists the release tasks of a Huawei Cloud ServiceStage project, from a browser, or wherever else WebAssembly can
 * wait for promises (JSPI) and there is `fetch`.
 *
 * A page is no place for an access key, so there is no way to give one.
 */

import { BaseClient } from "./client.js";
import { type Call, type Outcome, perform as performIn } from "./component.js";
import { instantiate } from "./component/jspi/servicestage.js";
import { HostError, invalid } from "./errors.js";
import { connectionOf, credentialsOf } from "./options.js";
import { Guard } from "./policy.js";
import { sendWithFetch } from "./send-fetch.js";
import type { Limits, Place, Token } from "./types.js";
import { patience, type Wait } from "./wasi/poll.js";

export * from "./errors.js";
export { listingJson, type ListingJson, type PipelineJson } from "./listing.js";
export * from "./types.js";

/** Where to send requests, in whose name, and within which limits. */
export interface ClientOptions extends Place, Limits {
  /** A token; or `"ambient"`, where the endpoint authenticates by itself. */
  readonly credentials: Token | "ambient";
}

/** Lists release tasks. */
export class Client extends BaseClient {
  constructor(options: ClientOptions) {
    const connection = connectionOf(options, { tag: "ambient" }, ["credentials"]);
    const credentials = credentialsOf(options.credentials);
    if (credentials.tag === "access-key") {
      throw invalid("client", "credentials", "a page is no place for an access key; give a token");
    }
    super({ ...connection, credentials }, undefined, perform);
  }
}

async function perform(call: Call, signal: AbortSignal | undefined): Promise<Outcome> {
  if (!("Suspending" in WebAssembly)) {
    throw new HostError("This runtime's WebAssembly cannot wait for promises (JSPI).\nUse a newer one.");
  }
  let wake = () => {};
  const wait: Wait = async (pollables) => {
    for (;;) {
      // Thrown into the component, it ends the call and with it the requests.
      signal?.throwIfAborted();
      if (pollables.some((pollable) => pollable.ready())) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience(pollables));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const changed = () => wake();
  signal?.addEventListener("abort", changed);
  const guard = new Guard(call.connection, sendWithFetch);
  const outcome = await performIn(call, { instantiate, module }, wait, guard.send, changed);
  signal?.removeEventListener("abort", changed);
  signal?.throwIfAborted();
  return guard.explain(outcome);
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

function module(name: string): Promise<WebAssembly.Module> {
  let compiled = modules.get(name);
  if (compiled === undefined) {
    compiled = WebAssembly.compileStreaming(fetch(new URL(`./component/${name}`, import.meta.url)));
    modules.set(name, compiled);
  }
  return compiled;
}
