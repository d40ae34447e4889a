/**
 * Runs in a worker, where it may block: the component's imports wait there for what the main thread sends over. The
 * worker itself reaches nothing but that thread.
 */

import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";

import { type Call, type Outcome, perform } from "./component.js";
import { instantiate } from "./component/blocking/servicestage.js";
import type { Happening, Request, Send } from "./wasi/exchange.js";
import { patience, type Wait } from "./wasi/poll.js";

/** The data that a worker starts with. */
export interface Birth {
  /** Where requests go, and what happens to them comes from. */
  readonly port: MessagePort;
  /** One number that grows whenever something was put into the port. */
  readonly bell: Int32Array;
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
  readonly happening: Happening;
}

const { port, bell } = workerData as Birth;
const listeners = new Map<number, (happening: Happening) => void>();
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
    // Read before the port is emptied, so that what comes in between rings.
    const rung = Atomics.load(bell, 0);
    receiveAll();
    if (pollables.some((pollable) => pollable.ready())) return;
    Atomics.wait(bell, 0, rung, patience(pollables));
  }
};

function receiveAll(): void {
  for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
    const { number, happening } = received.message as ToWorker;
    listeners.get(number)?.(happening);
  }
}

parentPort?.on("message", async ({ call, core }: Task) => {
  const outcome: Outcome = await perform(call, { instantiate, core }, block, send, () => {});
  parentPort?.postMessage(outcome);
});
