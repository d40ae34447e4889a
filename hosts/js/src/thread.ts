/** A worker thread as the main thread sees it: it makes one call at a time, and its requests are sent from here. */

import { MessageChannel, Worker } from "node:worker_threads";

import type { Outcome } from "./component.js";
import { threadFault } from "./faults.js";
import type { Send, PendingRequest } from "./wasi/exchange.js";
import type { WorkerInit, FromWorker, Task, ToWorker } from "./worker.js";

/** The objects that a thread makes for the component: headers, handles and texts. Its own memory is limited in its code. */
const MAX_MEGABYTES = 512;

export class Thread {
  readonly #wakeups = new Int32Array(new SharedArrayBuffer(4));
  readonly #channel = new MessageChannel();
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingRequest>();
  #ended = false;

  constructor(readonly script: string | URL) {
    const init: WorkerInit = { port: this.#channel.port2, wakeups: this.#wakeups };
    // It needs nothing of this process: no environment, no argument, no flag.
    this.#worker = new Worker(script, {
      workerData: init,
      transferList: [this.#channel.port2],
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES },
    });
    this.#unref();
  }

  /** Makes a call. Whatever goes wrong with the thread is the outcome. */
  async run(task: Task, send: Send): Promise<Outcome> {
    this.#worker.ref();
    const listen = (message: FromWorker) => this.#handle(message, send);
    this.#channel.port1.on("message", listen);
    try {
      return await new Promise<Outcome>((resolve) => {
        const trap = (error: Error) => {
          this.#ended = true;
          resolve({ type: "trap", ...threadFault(error) });
        };
        this.#worker.removeAllListeners();
        this.#worker.on("message", resolve);
        this.#worker.on("error", trap);
        this.#worker.on("exit", (code) => trap(new Error(`the thread ended with the code ${code}`)));
        this.#worker.postMessage(task);
      });
    } finally {
      this.#channel.port1.off("message", listen);
      this.#pending.forEach((request) => request.abort());
      this.#pending.clear();
      this.#unref();
    }
  }

  /** Whether the thread is gone, and with it the call. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Ends the thread, whatever it is doing. */
  end(): void {
    this.#ended = true;
    void this.#worker.terminate();
  }

  /** A thread at rest does not keep the process alive. */
  #unref(): void {
    this.#worker.unref();
    this.#channel.port1.unref();
  }

  #handle(message: FromWorker, send: Send): void {
    const { number } = message;
    if (message.type === "taken") return this.#pending.get(number)?.taken();
    if (message.type === "abort") {
      this.#pending.get(number)?.abort();
      this.#pending.delete(number);
      return;
    }
    const request = send(message.request, (event) => {
      const news: ToWorker = { number, event };
      this.#channel.port1.postMessage(news, event.type === "chunk" ? [event.bytes.buffer as ArrayBuffer] : []);
      Atomics.add(this.#wakeups, 0, 1);
      Atomics.notify(this.#wakeups, 0);
    });
    this.#pending.set(number, request);
  }
}
