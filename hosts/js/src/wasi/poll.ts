/** wasi:io/poll, for either way to wait. */

/** Lets time pass until one of these is ready: blocks the thread, or returns a promise. */
export type Wait = (pollables: readonly Pollable[]) => void | Promise<void>;

/** Something that the component can wait for. */
export class Pollable {
  readonly #wait: Wait;
  readonly #ready: () => boolean;

  /** `due` is when it becomes ready by itself, in milliseconds of `performance.now()`. */
  constructor(
    wait: Wait,
    ready: () => boolean,
    readonly due = Infinity,
  ) {
    this.#wait = wait;
    this.#ready = ready;
  }

  ready(): boolean {
    return this.#ready();
  }

  block(): void | Promise<void> {
    return this.#wait([this]);
  }

  /** `poll`: the places of those that are ready, once there is one. */
  static poll(pollables: Pollable[]): Uint32Array | Promise<Uint32Array> {
    const [first] = pollables;
    if (first === undefined) throw new Error("the component polls an empty list");
    const ready = () => Uint32Array.from(pollables.flatMap((pollable, place) => (pollable.ready() ? [place] : [])));
    const waited = first.#wait(pollables);
    return waited === undefined ? ready() : waited.then(ready);
  }
}

/** Ready after so many milliseconds. */
export function timer(wait: Wait, milliseconds: number): Pollable {
  const due = performance.now() + milliseconds;
  return new Pollable(wait, () => performance.now() >= due, due);
}

/** Timers of JavaScript hold 31 bits. With more they fire at once. */
export const MAX_TIMER_MS = 0x7fff_ffff;

/** Returns the longest time to wait for one of these, in milliseconds. */
export function timeUntilDue(pollables: readonly Pollable[]): number {
  const due = Math.min(...pollables.map((pollable) => pollable.due));
  // Rounded up, or a timer would be asked again and again within its last millisecond.
  return Math.min(Math.max(Math.ceil(due - performance.now()), 0), MAX_TIMER_MS);
}
