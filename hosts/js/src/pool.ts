/** Threads for calls: made when they are needed, kept for the next call, and ended when a call must not go on. */

import type { Call, Outcome } from "./component.js";
import { HostError } from "./errors.js";
import { Thread } from "./thread.js";
import type { Send } from "./wasi/exchange.js";

/** How many calls run at once; more wait for their turn. Each thread takes memory of its own. */
const MOST_THREADS = 4;

const idle: Thread[] = [];
const waiting: (() => void)[] = [];
let busy = 0;

/** Makes a call in a thread. None: it did not end within so many milliseconds, and was ended. */
export async function run(
  call: Call,
  send: Send,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<Outcome | undefined> {
  signal?.throwIfAborted();
  await turn(signal);
  try {
    signal?.throwIfAborted();
    return await runIn(rested() ?? start(), call, send, milliseconds, signal);
  } finally {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  }
}

/** A thread that waits for work. One that ended meanwhile does not. */
function rested(): Thread | undefined {
  let thread = idle.pop();
  while (thread?.ended === true) thread = idle.pop();
  return thread;
}

function start(): Thread {
  try {
    return new Thread();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostError(
      `No thread can be started for the component.\n${reason}\n` +
        "Under Node's permission model, allow it with --allow-worker.",
    );
  }
}

async function runIn(
  thread: Thread,
  call: Call,
  send: Send,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<Outcome | undefined> {
  let late = false;
  const abort = () => thread.end();
  const timer = setTimeout(() => {
    late = true;
    thread.end();
  }, milliseconds);
  signal?.addEventListener("abort", abort);
  try {
    const outcome = await thread.run(call, send);
    signal?.throwIfAborted();
    return late ? undefined : outcome;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    if (!thread.ended) idle.push(thread);
  }
}

async function turn(signal: AbortSignal | undefined): Promise<void> {
  if (busy < MOST_THREADS) {
    busy += 1;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const go = () => {
      signal?.removeEventListener("abort", leave);
      resolve();
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(signal?.reason);
    };
    waiting.push(go);
    signal?.addEventListener("abort", leave, { once: true });
  });
}
