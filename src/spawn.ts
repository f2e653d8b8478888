/**
 * Starts workers. There is one worker file beside the program's entry, so that it is found from
 * source and in the compiled executable; which part a worker plays is the first thing it is told.
 *
 * @module
 */

/** The parts a worker can play; `worker.ts` has the table. */
export type WorkerRole = "crypto" | "execution" | "kernels" | "scoring";

/** What a worker is told. */
export type WorkerOrder =
  | { readonly kind: "Role"; readonly role: WorkerRole }
  | { readonly kind: "Message"; readonly message: unknown }
  | { readonly kind: "Exit" };

/** Sends a message out of a worker. */
export type Post = (message: unknown, transfer?: ArrayBuffer[]) => void;

/** A part: given how to answer, it returns what is done with each message, in their order. */
export type Part = (post: Post) => (message: unknown) => void;

/** What the owner of a worker hears. */
export type WorkerEvents = {
  readonly onMessage: (message: unknown) => void;
  /** The worker ended by itself; it is told once, and nothing comes after it. */
  readonly onCrash: (reason: string) => void;
};

/** A running worker. */
export type WorkerHandle = {
  readonly post: Post;
  /** Lets the worker finish what it does and end. */
  readonly stop: () => Promise<void>;
};

const STOP_MS = 1_000;

/** Starts a worker in a role. */
export function spawnWorker(role: WorkerRole, events: WorkerEvents): WorkerHandle {
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  const ended = Promise.withResolvers<void>();
  let isOver = false;
  const order = (value: WorkerOrder, transfer: ArrayBuffer[] = []): void =>
    worker.postMessage(value, transfer);
  const end = (reason: string): void => {
    ended.resolve();
    if (isOver) return;
    isOver = true;
    events.onCrash(reason);
  };
  worker.addEventListener("message", (event) => {
    if (!isOver) events.onMessage(event.data);
  });
  worker.addEventListener("messageerror", () => end("a message could not be read"));
  // A missing entry file gives an error and no close, so both count.
  worker.addEventListener("error", (event) => end(event.message));
  worker.addEventListener("close", () => end("it ended"));
  order({ kind: "Role", role });
  return {
    post: (message, transfer) => order({ kind: "Message", message }, transfer),
    stop: async () => {
      isOver = true;
      order({ kind: "Exit" });
      await Promise.race([ended.promise, Bun.sleep(STOP_MS)]);
      worker.terminate();
    },
  };
}
