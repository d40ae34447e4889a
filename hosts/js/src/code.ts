/** The component's code, compiled by the first call that needs it. */

import { HostError } from "./errors.js";
import { codeFault } from "./faults.js";
import type { Code } from "./types.js";

const NO_WEBASSEMBLY =
  "WebAssembly is not available.\nNode disables it with --jitless, and some browsers disable it in a secure mode.\n" +
  "Run Node without --jitless, and allow executable memory (for systemd, without MemoryDenyWriteExecute).";

export class Core {
  readonly #load: () => Promise<BufferSource | WebAssembly.Module>;
  #compiled: Promise<WebAssembly.Module> | undefined;

  constructor(load: () => Promise<BufferSource | WebAssembly.Module>) {
    this.#load = load;
  }

  /** Returns the compiled code. After a failure, the next call tries again. */
  async module(): Promise<WebAssembly.Module> {
    if (typeof WebAssembly === "undefined") throw new HostError(NO_WEBASSEMBLY);
    try {
      return await (this.#compiled ??= this.#compile());
    } catch (error) {
      this.#compiled = undefined;
      const { reason, advice } = codeFault(error);
      throw new HostError(`The component's code cannot be loaded.\n${reason}.\n${advice}`);
    }
  }

  async #compile(): Promise<WebAssembly.Module> {
    const code = await this.#load();
    return code instanceof WebAssembly.Module ? code : WebAssembly.compile(code);
  }
}

/** Returns the code that a caller passes. If that is a path or a URL, `read` reads it. */
export function given(code: Code, read: (place: string | URL) => Promise<BufferSource>): Core {
  const isPlace = typeof code === "string" || code instanceof URL;
  return new Core(async () => (isPlace ? read(code) : code));
}
