/** Calls the component: an instance for each call, with nothing but the imports it is handed. */

import type {
  Connection,
  ConfigMode,
  Error as ErrorRecord,
  Status,
  Term,
} from "./component/blocking/interfaces/huaweicloud-servicestage-pipelines.js";
import type { instantiate as instantiateBlocking } from "./component/blocking/servicestage.js";
import { JOINTS } from "./component/joints.js";
import { trapFault } from "./faults.js";
import type { Send } from "./wasi/exchange.js";
import { imports } from "./wasi/imports.js";
import type { Wait } from "./wasi/poll.js";

export type { ConfigMode, Connection, ErrorRecord, Status, Term };

/** A call of the component. */
export type Call =
  | { readonly operation: "list-pipelines"; readonly connection: Connection; readonly query: Term[] }
  | { readonly operation: "find-project"; readonly connection: Connection };

/** The result of a call: the text that the function returns, its error, or why there is neither and what to do. */
export type Outcome =
  | { readonly type: "ok"; readonly text: string }
  | { readonly type: "error"; readonly record: ErrorRecord }
  | { readonly type: "trap"; readonly reason: string; readonly advice: string };

/** The component as transpiled by jco, and its code. The small modules that connect the two are in the package. */
export interface Transpiled {
  readonly instantiate: typeof instantiateBlocking;
  readonly core: WebAssembly.Module;
}

const CORE = "servicestage.core.wasm";

/** Makes a call. Its requests end with it, and if `ended` rejects, both end at once. */
export async function perform(
  call: Call,
  component: Transpiled,
  wait: Wait,
  send: Send,
  changed: () => void,
  ended: Promise<never> = new Promise(() => {}),
): Promise<Outcome> {
  const { imports: granted, abort } = imports(wait, send, changed);
  try {
    const module = (name: string) => (name === CORE ? component.core : joint(name));
    const { pipelines } = await component.instantiate(module, granted);
    const { connection } = call;
    const text =
      call.operation === "list-pipelines"
        ? pipelines.listPipelinesJson(connection, call.query)
        : pipelines.findProject(connection);
    return { type: "ok", text: await Promise.race([text, ended]) };
  } catch (thrown) {
    // jco throws the error of a function wrapped, and everything else as it is.
    if (thrown instanceof Error && "payload" in thrown) {
      return { type: "error", record: thrown.payload as ErrorRecord };
    }
    return { type: "trap", ...trapFault(thrown) };
  } finally {
    abort();
  }
}

const joints = new Map<string, Promise<WebAssembly.Module>>();

function joint(name: string): Promise<WebAssembly.Module> {
  const bytes = JOINTS[name];
  if (bytes === undefined) throw new Error(`the package has no ${name}`);
  const compiled = joints.get(name) ?? WebAssembly.compile(Uint8Array.from(atob(bytes), (byte) => byte.charCodeAt(0)));
  joints.set(name, compiled);
  return compiled;
}
