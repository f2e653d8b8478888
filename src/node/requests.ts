/**
 * Clients that wait for a transaction to become final. Each transaction is handed to one validator
 * at a time, its home first; a validator that is behind or full is asked again or passed over, and
 * one that stays silent is followed by the next. The answer is never a validator's word: it is this
 * node's own execution of a certified checkpoint.
 *
 * @module
 */
import { FINALITY_LIMITS, NODE_LIMITS } from "../protocol/limits.ts";
import type { Digest } from "../types/address.ts";
import type { SubmitRefusal } from "../types/message.ts";
import type { ExecuteOutcome, FinalExecution, NodeOutput } from "./io.ts";
import type { OrderedTransaction } from "./payloads.ts";

type Waiting = {
  readonly ordered: OrderedTransaction;
  readonly requests: Set<number>;
  /** Authorities in the order in which they are asked. */
  readonly authorities: readonly number[];
  attempt: number;
  nextMs: number;
  readonly deadlineMs: number;
  /** A validator has taken it: it may execute whatever others say. */
  taken: boolean;
};

/** Hand this transaction to this authority. */
export type Submission = { readonly authority: number; readonly ordered: OrderedTransaction };

/** The transactions clients wait for. */
export class Requests {
  private readonly waiting = new Map<Digest, Waiting>();

  /** How many transactions clients wait for. */
  get size(): number {
    return this.waiting.size;
  }

  /** When something has to be tried again or given up, if anything waits. */
  get nextMs(): number | undefined {
    let next: number | undefined;
    for (const { nextMs, deadlineMs } of this.waiting.values()) {
      const due = Math.min(nextMs, deadlineMs);
      if (next === undefined || due < next) next = due;
    }
    return next;
  }

  /** Waits for a transaction; returns where to hand it, unless it is on its way already. */
  add(
    request: number,
    ordered: OrderedTransaction,
    authorities: readonly number[],
    nowMs: number,
  ): Submission | undefined {
    const known = this.waiting.get(ordered.digest);
    if (known !== undefined) {
      known.requests.add(request);
      return undefined;
    }
    const fresh: Waiting = {
      ordered,
      requests: new Set([request]),
      authorities,
      attempt: 0,
      nextMs: nowMs + FINALITY_LIMITS.resubmitMs,
      deadlineMs: nowMs + FINALITY_LIMITS.giveUpMs,
      taken: false,
    };
    this.waiting.set(ordered.digest, fresh);
    return submission(fresh);
  }

  /** The client of `request` does not wait any more. */
  cancel(request: number): void {
    for (const [digest, { requests }] of this.waiting) {
      if (requests.delete(request) && requests.size === 0) this.waiting.delete(digest);
    }
  }

  /** An authority is gone: what it was handed last goes to the next one now. */
  lost(authority: number, nowMs: number): void {
    for (const waiting of this.waiting.values()) {
      if (submission(waiting).authority === authority) waiting.nextMs = nowMs;
    }
  }

  /** A validator took the transaction, or did not; returns answers when that settles it. */
  reply(digest: Digest, refusal: SubmitRefusal | undefined, nowMs: number): NodeOutput[] {
    const waiting = this.waiting.get(digest);
    if (waiting === undefined) return [];
    if (refusal === undefined) {
      waiting.taken = true;
      return [];
    }
    switch (refusal.reason) {
      case "Behind":
        waiting.nextMs = Math.min(waiting.nextMs, nowMs + NODE_LIMITS.behindRetryMs);
        return [];
      case "Overloaded":
      case "Timeout":
        waiting.nextMs = nowMs + NODE_LIMITS.behindRetryMs;
        return [];
      case "Locked":
      case "Stale":
      case "Invalid":
        return waiting.taken ? [] : this.finish(digest, { kind: "Refused", refusal });
    }
  }

  /** A transaction is final. */
  executed(execution: FinalExecution): NodeOutput[] {
    return this.finish(execution.executed.digest, { kind: "Executed", ...execution });
  }

  /** Answers those whose inputs another transaction has used, as `stale` says with a reason. */
  refuseStale(stale: (ordered: OrderedTransaction) => SubmitRefusal | undefined): NodeOutput[] {
    return [...this.waiting.values()].flatMap(({ ordered }) => {
      const refusal = stale(ordered);
      return refusal === undefined ? [] : this.finish(ordered.digest, { kind: "Refused", refusal });
    });
  }

  /** Gives up on what has waited too long and returns what to hand to the next validator. */
  tick(nowMs: number): { readonly submissions: Submission[]; readonly answers: NodeOutput[] } {
    const submissions: Submission[] = [];
    const answers: NodeOutput[] = [];
    for (const [digest, waiting] of this.waiting) {
      if (waiting.deadlineMs <= nowMs) {
        const detail = `timed out; digest 0x${digest} may still execute`;
        answers.push(
          ...this.finish(digest, { kind: "Refused", refusal: { reason: "Timeout", detail } }),
        );
      } else if (waiting.nextMs <= nowMs) {
        waiting.attempt++;
        waiting.nextMs = nowMs + FINALITY_LIMITS.resubmitMs;
        submissions.push(submission(waiting));
      }
    }
    return { submissions, answers };
  }

  private finish(digest: Digest, outcome: ExecuteOutcome): NodeOutput[] {
    const waiting = this.waiting.get(digest);
    if (waiting === undefined) return [];
    this.waiting.delete(digest);
    return [...waiting.requests].map((request) => ({ kind: "Answer", request, outcome }) as const);
  }
}

function submission({ ordered, authorities, attempt }: Waiting): Submission {
  return { ordered, authority: authorities[attempt % authorities.length]! };
}
