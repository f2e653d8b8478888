/**
 * Clients that wait for a transaction, by the number of their request.
 *
 * @module
 */
import type { ExecuteOutcome } from "../node/io.ts";

type Call = {
  readonly resolve: (outcome: ExecuteOutcome) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly onAbort: () => void;
};

/** The calls that have no answer yet. */
export class ClientCalls {
  private readonly calls = new Map<number, Call>();
  private requests = 0;

  get size(): number {
    return this.calls.size;
  }

  /** Opens a call that `start` passes on; `cancel` is told when the client goes away first. */
  open(
    signal: AbortSignal,
    start: (request: number) => void,
    cancel: (request: number) => void,
  ): Promise<ExecuteOutcome> {
    const request = this.requests++;
    const { promise, resolve, reject } = Promise.withResolvers<ExecuteOutcome>();
    const onAbort = (): void => {
      this.close(request)?.reject(signal.reason);
      cancel(request);
    };
    this.calls.set(request, { resolve, reject, signal, onAbort });
    signal.addEventListener("abort", onAbort, { once: true });
    start(request);
    return promise;
  }

  /** Answers a call; one that was cancelled hears nothing. */
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
    call?.signal.removeEventListener("abort", call.onAbort);
    return call;
  }
}
