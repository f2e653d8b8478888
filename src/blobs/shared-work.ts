/**
 * Work that several wait for at the same time: the first to ask begins it, all of them get what
 * comes of it, and when nobody waits any more it is given up.
 *
 * @module
 */
import { blobError } from "./failures.ts";

/** How long one of them waits. */
export type Waiter = { readonly signal?: AbortSignal | undefined };

/** Work under way, and who waits for it. */
type Underway<T, W> = {
  readonly done: Promise<T>;
  readonly controller: AbortController;
  readonly waiters: Set<W>;
};

/** Does the work, until `signal` says that nobody wants it; others may join the `waiters`. */
export type Work<T, W> = (waiters: ReadonlySet<W>, signal: AbortSignal) => Promise<T>;

/** Work by name. */
export class SharedWork<T, W extends Waiter> {
  private readonly underway = new Map<string, Underway<T, W>>();

  /** What comes of the work of that name, which is begun if it is not under way. */
  async wait(name: string, watch: W, work: Work<T, W>): Promise<T> {
    if (watch.signal?.aborted === true) throw cancelled();
    const shared = this.underway.get(name) ?? this.begin(name, work);
    const gone = Promise.withResolvers<never>();
    // The same watch may wait twice, and each time counts.
    const waiter = { ...watch };
    const leave = (): void => {
      stopWaiting(shared, waiter);
      gone.reject(cancelled());
    };
    shared.waiters.add(waiter);
    watch.signal?.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([shared.done, gone.promise]);
    } finally {
      watch.signal?.removeEventListener("abort", leave);
      stopWaiting(shared, waiter);
    }
  }

  private begin(name: string, work: Work<T, W>): Underway<T, W> {
    const controller = new AbortController();
    const waiters = new Set<W>();
    const forget = (): void => {
      if (this.underway.get(name) === begun) this.underway.delete(name);
    };
    const done = work(waiters, controller.signal).finally(forget);
    // Whoever asks from then on gets another.
    controller.signal.addEventListener("abort", forget, { once: true });
    const begun = { done, controller, waiters };
    this.underway.set(name, begun);
    return begun;
  }
}

function stopWaiting<T, W>({ waiters, controller }: Underway<T, W>, waiter: W): void {
  waiters.delete(waiter);
  if (waiters.size === 0) controller.abort();
}

function cancelled(): Error {
  return blobError("blob_cancelled", "download cancelled");
}
