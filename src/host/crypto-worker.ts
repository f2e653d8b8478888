/**
 * The crypto worker as seen from outside: a queue of jobs of which one at a time is in the worker.
 * Signatures go before verifications, because others wait for them. When the worker dies it is
 * started again and its job is given to the new one, once.
 *
 * @module
 */
import { assert, AssertionError } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import { spawnWorker, type WorkerHandle } from "../spawn.ts";
import type { CryptoAnswers, CryptoJob } from "./crypto-jobs.ts";

type Entry = {
  readonly job: CryptoJob;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
};

const ATTEMPTS_MAX = 2;

/** One worker thread that does BLS for every node of the process. */
export class CryptoWorker {
  private readonly signing: Entry[] = [];
  private readonly verifying: Entry[] = [];
  private current: Entry | undefined;
  private worker: WorkerHandle | undefined;
  private isStopped = false;
  private crashed = 0;

  /** How often the worker has died. */
  get crashes(): number {
    return this.crashed;
  }

  /** How many jobs wait or are being done. */
  get pending(): number {
    return this.signing.length + this.verifying.length + (this.current === undefined ? 0 : 1);
  }

  /** Has a job done. */
  run<K extends CryptoJob["kind"]>(
    job: Extract<CryptoJob, { kind: K }>,
  ): Promise<CryptoAnswers[K]> {
    if (this.isStopped) return Promise.reject(stopped());
    const { promise, resolve, reject } = Promise.withResolvers<CryptoAnswers[K]>();
    // The worker answers a job of kind K by an answer of kind K.
    const settle = (answer: unknown): void => resolve(answer as CryptoAnswers[K]);
    const queue = job.kind === "Sign" ? this.signing : this.verifying;
    queue.push({ job, resolve: settle, reject, attempts: 0 });
    this.next();
    return promise;
  }

  /** Ends the worker; what waits is given up. */
  async stop(): Promise<void> {
    this.isStopped = true;
    const given = [this.current, ...this.signing.splice(0), ...this.verifying.splice(0)];
    this.current = undefined;
    for (const entry of given) entry?.reject(stopped());
    await this.worker?.stop();
    this.worker = undefined;
  }

  private next(): void {
    if (this.current !== undefined || this.isStopped) return;
    this.current = this.signing.shift() ?? this.verifying.shift();
    if (this.current === undefined) return;
    this.current.attempts++;
    this.worker ??= this.spawn();
    this.worker.post(this.current.job);
  }

  private spawn(): WorkerHandle {
    return spawnWorker("crypto", {
      onMessage: (answer) => this.answered(answer),
      onCrash: (reason) => this.died(reason),
    });
  }

  private answered(answer: unknown): void {
    const entry = this.current;
    assert(entry !== undefined, "the worker answers what it was asked");
    this.current = undefined;
    entry.resolve(answer);
    this.next();
  }

  private died(reason: string): void {
    this.crashed++;
    this.worker = undefined;
    const entry = this.current;
    this.current = undefined;
    if (entry === undefined) return;
    if (entry.attempts < ATTEMPTS_MAX) this.signing.unshift(entry);
    else entry.reject(new AssertionError(`the crypto worker died twice of one job: ${reason}`));
    this.next();
  }
}

function stopped(): SomaError {
  return new SomaError("node_stopped", "the node is stopping", { hint: "start it again" });
}
