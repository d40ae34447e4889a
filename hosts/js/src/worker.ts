/**
 * Runs in a worker, where it may block: the component's imports wait there for what the main thread sends over. The
 * worker itself reaches nothing but that thread.
 */

import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";

import { type Call, type Outcome, perform } from "./component.js";
import { instantiate } from "./component/blocking/servicestage.js";
import type { HttpEvent, Request, Send } from "./wasi/exchange.js";
import { timeUntilDue, type Wait } from "./wasi/poll.js";

/** The data that a worker starts with. */
export interface WorkerInit {
  /** Where requests go, and what happens to them comes from. */
  readonly port: MessagePort;
  /** One number that grows whenever something was put into the port. */
  readonly wakeups: Int32Array;
}

/** From the worker, about a request by its number. */
export type FromWorker =
  | { readonly type: "send"; readonly number: number; readonly request: Request }
  | { readonly type: "taken"; readonly number: number }
  | { readonly type: "abort"; readonly number: number };

/** The call that a worker makes, and the component's code for it. */
export interface Task {
  readonly call: Call;
  readonly core: WebAssembly.Module;
}

/** To the worker, about a request. */
export interface ToWorker {
  readonly number: number;
  readonly event: HttpEvent;
}

const { port, wakeups } = workerData as WorkerInit;
const listeners = new Map<number, (event: HttpEvent) => void>();
let requests = 0;

const send: Send = (request, tell) => {
  const number = requests++;
  listeners.set(number, tell);
  const post = (message: FromWorker) => port.postMessage(message);
  post({ type: "send", number, request });
  return {
    taken: () => post({ type: "taken", number }),
    abort() {
      listeners.delete(number);
      post({ type: "abort", number });
    },
  };
};

const block: Wait = (pollables) => {
  for (;;) {
    // Read before the port is emptied, so that what comes in between ends the wait.
    const seen = Atomics.load(wakeups, 0);
    receiveAll();
    if (pollables.some((pollable) => pollable.ready())) return;
    Atomics.wait(wakeups, 0, seen, timeUntilDue(pollables));
  }
};

function receiveAll(): void {
  for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
    const { number, event } = received.message as ToWorker;
    listeners.get(number)?.(event);
  }
}

parentPort?.on("message", async ({ call, core }: Task) => {
  const outcome: Outcome = await perform(call, { instantiate, core }, block, send, () => {});
  parentPort?.postMessage(outcome);
});
