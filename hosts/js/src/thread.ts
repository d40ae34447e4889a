/** A worker thread as the main thread sees it: it makes one call at a time, and its requests are sent from here. */

import { MessageChannel, Worker } from "node:worker_threads";

import type { Outcome } from "./component.js";
import { threadFault } from "./faults.js";
import type { Send, Sending } from "./wasi/exchange.js";
import type { Birth, FromWorker, Task, ToWorker } from "./worker.js";

/** The objects that a thread makes for the component: headers, handles and texts. Its own memory is limited in its code. */
const MOST_MEGABYTES = 512;

export class Thread {
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  readonly #channel = new MessageChannel();
  readonly #worker: Worker;
  readonly #sendings = new Map<number, Sending>();
  #ended = false;

  constructor(readonly script: string | URL) {
    const birth: Birth = { port: this.#channel.port2, bell: this.#bell };
    // It needs nothing of this process: no environment, no argument, no flag.
    this.#worker = new Worker(script, {
      workerData: birth,
      transferList: [this.#channel.port2],
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    });
    this.#rest();
  }

  /** Makes a call. Whatever goes wrong with the thread is the outcome. */
  async run(task: Task, send: Send): Promise<Outcome> {
    this.#worker.ref();
    const listen = (message: FromWorker) => this.#obey(message, send);
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
      this.#sendings.forEach((sending) => sending.abort());
      this.#sendings.clear();
      this.#rest();
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
  #rest(): void {
    this.#worker.unref();
    this.#channel.port1.unref();
  }

  #obey(message: FromWorker, send: Send): void {
    const { number } = message;
    if (message.type === "taken") return this.#sendings.get(number)?.taken();
    if (message.type === "abort") {
      this.#sendings.get(number)?.abort();
      this.#sendings.delete(number);
      return;
    }
    const sending = send(message.request, (happening) => {
      const news: ToWorker = { number, happening };
      this.#channel.port1.postMessage(news, happening.type === "chunk" ? [happening.bytes.buffer as ArrayBuffer] : []);
      Atomics.add(this.#bell, 0, 1);
      Atomics.notify(this.#bell, 0);
    });
    this.#sendings.set(number, sending);
  }
}
