/** Why a thread or the component returned no result, and what to do. Only unknown causes are faults of the product. */

import { printableLine } from "./text.js";

/** The most threads that a process may use for calls. */
export const MAX_THREADS = 1024;

/** An explanation for people. The reason has no full stop; the advice is a sentence. */
export interface Fault {
  readonly reason: string;
  readonly advice: string;
}

const BUNDLED =
  "If the program is bundled, copy the file and pass where it is as `wasm` or `worker`: see Bundlers in the guide.";
const REPORT = "Report this message.";

const THREADS =
  "Raise the limits of threads and memory (ulimit -u, ulimit -v, or those of the container), or allow fewer threads " +
  "with `setMaxThreads`.";

const ADVICE: Readonly<Record<string, string>> = {
  ERR_ACCESS_DENIED: "Under Node's permission model, allow threads with --allow-worker and files with --allow-fs-read.",
  ERR_WORKER_INIT_FAILED: THREADS,
  EAGAIN: THREADS,
  ENOMEM: THREADS,
  EMFILE: "Raise the limit of open files (ulimit -n), or close what the process has open.",
  ENFILE: "The whole system has too many files open; close some, or raise its limit.",
  ERR_WORKER_OUT_OF_MEMORY: "Its thread may use 512 MB beside the component; ask for less, for instance with `limit`.",
  MODULE_NOT_FOUND: BUNDLED,
  ERR_MODULE_NOT_FOUND: BUNDLED,
  ERR_INVALID_URL: BUNDLED,
  ENOENT: BUNDLED,
};

/** Explains why the component's code could not be loaded. */
export function codeFault(error: unknown): Fault {
  return { reason: textOf(error), advice: adviceOn(error) ?? BUNDLED };
}

/** Explains why a thread did not start, or ended. */
export function threadFault(error: unknown): Fault {
  const advice = adviceOn(error);
  if (advice === undefined) return trapFault(error);
  // Node passes on only a code of the system's error.
  const reason = advice === THREADS ? `The system starts no more threads (${textOf(error)})` : textOf(error);
  return { reason, advice };
}

/** Explains why the component returned no result. */
export function trapFault(error: unknown): Fault {
  const reason = textOf(error);
  // V8 says this if the system has no address space for a memory.
  const unlent = error instanceof RangeError && /out of memory|could not allocate|cannot allocate/i.test(reason);
  return { reason, advice: unlent ? THREADS : REPORT };
}

function adviceOn(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? ADVICE[String(error.code)] : undefined;
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return printableLine(text.replace(/\.\s*$/, ""));
}
