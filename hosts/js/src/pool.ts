/** Threads for calls: made when they are needed, kept for the next call, and ended when a call must not go on. */

import type { Call, Outcome } from "./component.js";
import { HostError } from "./errors.js";
import { ArgumentTypeError, invalid } from "./invalid.js";
import { MAX_THREADS, threadFault } from "./faults.js";
import { Thread } from "./thread.js";
import type { Send } from "./wasi/exchange.js";
import { MAX_TIMER_MS } from "./wasi/poll.js";

/** How many calls run at once in this process by default. A thread takes some 10 MB. */
const DEFAULT_THREADS = 16;
/** How much longer a call may take before its thread is ended: the component has failed to end it. */
const GRACE_MS = 5_000;

/** A caller: each client has one. The pool counts the calls that run for it. */
export class Caller {
  running = 0;
}

/** A call for the pool. */
export interface Job {
  readonly call: Call;
  readonly caller: Caller;
  readonly send: Send;
  /** The script of the thread, and the component's code. */
  readonly script: string | URL;
  readonly core: WebAssembly.Module;
  /** How long the call may take, the wait for a thread included. */
  readonly milliseconds: number;
  readonly signal: AbortSignal | undefined;
}

/** The result of a call that the pool ended or never began. */
export type Ended =
  | { readonly type: "late"; readonly milliseconds: number }
  | { readonly type: "full"; readonly threads: number; readonly own: number };

interface Waiting {
  readonly caller: Caller;
  readonly go: () => void;
}

const idle: Thread[] = [];
const waiting: Waiting[] = [];
let threads = DEFAULT_THREADS;
let busy = 0;

/** Sets how many calls may run at once in this process. Others wait for a thread. The default is 16. */
export function setMaxThreads(most: number): void {
  const right = `it must be a whole number from 1 to ${MAX_THREADS}`;
  if (typeof most !== "number") throw new ArgumentTypeError("setMaxThreads", "most", `${right}, not a ${typeof most}`);
  if (!Number.isInteger(most) || most < 1 || most > MAX_THREADS) {
    throw invalid("setMaxThreads", "most", `${right}, not ${most}`);
  }
  threads = most;
  startWaiting();
}

/** Makes a call in a thread, as soon as the caller may have one. */
export async function run(job: Job): Promise<Outcome | Ended> {
  const { call, caller, milliseconds, signal } = job;
  signal?.throwIfAborted();
  const began = performance.now();
  if (mayStart(caller)) take(caller);
  else if (!(await turn(caller, milliseconds, signal))) return { type: "full", threads, own: caller.running };
  try {
    signal?.throwIfAborted();
    // The component gets the time that the wait has left.
    const left = Math.max(Math.round(milliseconds - (performance.now() - began)), 1);
    const connection = left < milliseconds ? { ...call.connection, callTimeoutMs: left } : call.connection;
    return await runIn(threadOf(job.script), { ...job, call: { ...call, connection } }, left);
  } finally {
    busy -= 1;
    caller.running -= 1;
    startWaiting();
  }
}

/**
 * Returns whether a caller may start a call: more threads must be free than it uses. So one caller alone gets half of
 * all threads, and the next one half of the rest. A caller without a thread may take the last one.
 */
function mayStart(caller: Caller): boolean {
  return threads - busy > caller.running;
}

function take(caller: Caller): void {
  busy += 1;
  caller.running += 1;
}

/**
 * Starts the waiting calls that may start. The caller with the fewest running calls comes first, then the one that has
 * waited longest.
 */
function startWaiting(): void {
  for (;;) {
    const able = waiting.filter(({ caller }) => mayStart(caller));
    const [first] = able;
    if (first === undefined) return;
    const next = able.reduce((best, other) => (other.caller.running < best.caller.running ? other : best), first);
    waiting.splice(waiting.indexOf(next), 1);
    take(next.caller);
    next.go();
  }
}

/** Waits for a thread. Returns false if none was free in time. */
async function turn(caller: Caller, milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise<boolean>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
      act();
    };
    const me = { caller, go: () => settle(() => resolve(true)) };
    const forget = () => waiting.splice(waiting.indexOf(me), 1);
    const leave = () => settle(() => (forget(), reject(signal?.reason)));
    const timer = setTimeout(() => settle(() => (forget(), resolve(false))), Math.min(milliseconds, MAX_TIMER_MS));
    signal?.addEventListener("abort", leave);
    waiting.push(me);
  });
}

/** Returns a thread of this script: an idle one, or a new one. */
function threadOf(script: string | URL): Thread {
  const living = idle.filter((thread) => !thread.ended);
  const place = living.findIndex((thread) => String(thread.script) === String(script));
  const [thread] = place < 0 ? [] : living.splice(place, 1);
  // Idle threads of other scripts must not add up.
  if (thread === undefined && living.length + busy > threads) living.shift()?.end();
  idle.splice(0, idle.length, ...living);
  return thread ?? start(script);
}

function start(script: string | URL): Thread {
  try {
    return new Thread(script);
  } catch (error) {
    const { reason, advice } = threadFault(error);
    throw new HostError(`No thread can be started for the component.\n${reason}.\n${advice}`);
  }
}

async function runIn(
  thread: Thread,
  { call, core, send, signal }: Job,
  milliseconds: number,
): Promise<Outcome | Ended> {
  const most = Math.min(milliseconds + GRACE_MS, MAX_TIMER_MS);
  let late = false;
  const abort = () => thread.end();
  const timer = setTimeout(() => {
    late = true;
    thread.end();
  }, most);
  signal?.addEventListener("abort", abort);
  try {
    const outcome = await thread.run({ call, core }, send);
    signal?.throwIfAborted();
    return late ? { type: "late", milliseconds: most } : outcome;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    if (idle.length + busy > threads) thread.end();
    if (!thread.ended) idle.push(thread);
  }
}
