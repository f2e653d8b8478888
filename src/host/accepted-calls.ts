/**
 * What clients ask a node to execute is finished by it: each transaction is on disk before it is
 * passed on, a client that goes away does not stop it, and a node that starts again takes up what
 * it had accepted. Transactions that come together share one write.
 *
 *     check → on disk → passed on → final → forgotten
 *
 * @module
 */
import { decode, encode } from "../bcs/schema.ts";
import type { ExecuteOutcome } from "../node/io.ts";
import { NODE_LIMITS } from "../protocol/limits.ts";
import type { SqlitePending } from "../storage/sqlite-pending.ts";
import type { Digest } from "../types/address.ts";
import {
  type SignedTransaction,
  signedTransaction,
  transactionDigest,
} from "../types/transaction.ts";

/** What accepted transactions are finished with. */
export type AcceptedParts = {
  readonly pending: Pick<SqlitePending, "all" | "write">;
  /** Why a transaction is not taken, before anything is written. */
  readonly check: (transaction: SignedTransaction) => Promise<ExecuteOutcome | undefined>;
  /** Passes a transaction on and resolves when its end is known. */
  readonly run: (transaction: SignedTransaction) => Promise<ExecuteOutcome>;
  /** The end of a transaction that is final already. */
  readonly executed: (digest: Digest) => ExecuteOutcome | undefined;
  /** The node cannot go on: it could not write. */
  readonly fail: (error: unknown) => void;
  /** Bytes of the transactions whose end is not known. */
  readonly bytesMax?: number;
};

const OVERLOADED: ExecuteOutcome = {
  kind: "Refused",
  refusal: { reason: "Overloaded", detail: "too many large transactions wait at this node" },
};

type Waiting = { readonly digest: Digest; readonly bytes: Uint8Array; readonly go: () => void };

/** The transactions that one node has accepted. */
export class AcceptedCalls {
  private readonly parts: AcceptedParts;
  private readonly running = new Map<Digest, Promise<ExecuteOutcome>>();
  private runningBytes = 0;
  private waiting: Waiting[] = [];
  private done: Digest[] = [];
  private isScheduled = false;
  private isStopped = false;

  constructor(parts: AcceptedParts) {
    this.parts = parts;
  }

  /** Takes up what was accepted before the node stopped. */
  resume(): void {
    for (const bytes of this.parts.pending.all()) {
      const decoded = decode(signedTransaction, bytes);
      if (!decoded.ok) continue;
      const digest = transactionDigest(decoded.value.data);
      // Nobody waits for it, and a node that stops takes it up again.
      const end = this.parts.run(decoded.value);
      this.finish(digest, bytes.length, end).catch(() => undefined);
    }
  }

  /** Has a transaction executed; `signal` ends the waiting, not the transaction. */
  async execute(transaction: SignedTransaction, signal: AbortSignal): Promise<ExecuteOutcome> {
    const digest = transactionDigest(transaction.data);
    const refusal = await this.parts.check(transaction);
    if (refusal !== undefined) return refusal;
    // It is refused as everything is then.
    if (this.isStopped) return this.parts.run(transaction);
    const known = this.parts.executed(digest);
    if (known !== undefined) return known;
    signal.throwIfAborted();
    const end = this.running.get(digest) ?? this.accept(digest, transaction);
    return unlessAborted(end, signal);
  }

  /** Writes no more. */
  stop(): void {
    this.flush();
    this.isStopped = true;
  }

  private accept(digest: Digest, transaction: SignedTransaction): Promise<ExecuteOutcome> {
    const { bytesMax = NODE_LIMITS.requestBytesMax } = this.parts;
    const bytes = encode(signedTransaction, transaction);
    if (this.runningBytes + bytes.length > bytesMax) return Promise.resolve(OVERLOADED);
    const { promise: isKept, resolve: go } = Promise.withResolvers<void>();
    this.waiting.push({ digest, bytes, go });
    this.schedule();
    const end = isKept.then(() => this.parts.run(transaction));
    return this.finish(digest, bytes.length, end);
  }

  private finish(
    digest: Digest,
    sizeBytes: number,
    end: Promise<ExecuteOutcome>,
  ): Promise<ExecuteOutcome> {
    this.running.set(digest, end);
    this.runningBytes += sizeBytes;
    const forget = (): void => {
      this.running.delete(digest);
      this.runningBytes -= sizeBytes;
    };
    const settle = (): void => {
      forget();
      this.done.push(digest);
      this.schedule();
    };
    // A transaction whose end is not known stays on disk.
    end.then(settle, forget);
    return end;
  }

  private schedule(): void {
    if (this.isScheduled || this.isStopped) return;
    this.isScheduled = true;
    setImmediate(() => {
      try {
        this.flush();
      } catch (error) {
        this.parts.fail(error);
      }
    });
  }

  private flush(): void {
    this.isScheduled = false;
    const { waiting, done } = this;
    if (this.isStopped || (waiting.length === 0 && done.length === 0)) return;
    this.waiting = [];
    this.done = [];
    this.parts.pending.write(waiting, done);
    for (const { go } of waiting) go();
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  return promise;
}
