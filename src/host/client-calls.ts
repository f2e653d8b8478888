/**
 * Calls that wait for a transaction, by the number of their request.
 *
 * @module
 */
import type { ExecuteOutcome } from "../node/io.ts";

type Call = {
  readonly resolve: (outcome: ExecuteOutcome) => void;
  readonly reject: (error: unknown) => void;
};

/** The calls that have no answer yet. */
export class ClientCalls {
  private readonly calls = new Map<number, Call>();
  private requests = 0;

  get size(): number {
    return this.calls.size;
  }

  /** Opens a call that `start` passes on. */
  open(start: (request: number) => void): Promise<ExecuteOutcome> {
    const request = this.requests++;
    const { promise, resolve, reject } = Promise.withResolvers<ExecuteOutcome>();
    this.calls.set(request, { resolve, reject });
    start(request);
    return promise;
  }

  /** Answers a call. */
  answer(request: number, outcome: ExecuteOutcome): void {
    this.close(request)?.resolve(outcome);
  }

  /** Ends every call without an answer. */
  rejectAll(error: Error): void {
    for (const request of this.calls.keys()) this.close(request)?.reject(error);
  }

  private close(request: number): Call | undefined {
    const call = this.calls.get(request);
    this.calls.delete(request);
    return call;
  }
}
