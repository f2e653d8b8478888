/**
 * Clients that wait for a transaction to become final. Each transaction is handed to one validator
 * at a time, its home first; a validator that is behind, full or gone is passed over, and one that
 * stays silent is followed by the next. The answer is never a validator's word: it is this node's
 * own execution of a certified checkpoint, its own state that shows an input used up, or that
 * validators with more power than can be lying refuse for the same reason. Waiting survives an
 * epoch change: whom a turn falls to is asked of the committee of the moment.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { FINALITY_LIMITS, NODE_LIMITS } from "../protocol/limits.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import { VALIDITY_POWER } from "../types/committee.ts";
import type { SubmitRefusal } from "../types/message.ts";
import { formatDigest } from "../types/text.ts";
import { ownedInputs } from "../types/transaction.ts";
import type { ExecuteOutcome, FinalExecution, NodeOutput, PeerId } from "./io.ts";
import type { OrderedTransaction } from "./payloads.ts";

type Waiting = {
  readonly ordered: OrderedTransaction;
  readonly requests: Set<number>;
  readonly inputs: readonly ObjectId[];
  /** Who has been handed the transaction; empty again when everybody has. */
  readonly tried: Set<PeerId>;
  /** Who has the transaction now. */
  holder: PeerId | undefined;
  nextMs: number;
  readonly deadlineMs: number;
  /** A validator has taken it: it may execute whatever others say. */
  taken: boolean;
  /** What validators of this epoch's committee refuse it for. */
  readonly verdicts: Map<PeerId, Verdict>;
};

type Verdict = { readonly refusal: SubmitRefusal; readonly power: number };

/** Who answers, and what its word counts: its voting power, or everything when it is this node. */
export type Voice = { readonly peer: PeerId; readonly power: number; readonly isOwn: boolean };

/** Hand this transaction to somebody who has not been tried yet. */
export type Submission = {
  readonly ordered: OrderedTransaction;
  readonly tried: Set<PeerId>;
};

/** The transactions clients wait for. */
export class Requests {
  private readonly waiting = new Map<Digest, Waiting>();
  private readonly byInput = new Map<ObjectId, Set<Digest>>();
  /** Nothing is due before. */
  private earliestMs: number = Infinity;

  /** How many transactions clients wait for. */
  get size(): number {
    return this.waiting.size;
  }

  /** When to look whether something has to be tried again or given up, if anything waits. */
  get nextMs(): number | undefined {
    return this.waiting.size === 0 ? undefined : this.earliestMs;
  }

  /** Whether no more transactions can wait. */
  get isFull(): boolean {
    return this.waiting.size >= NODE_LIMITS.requestsMax;
  }

  /** Waits for a transaction; returns where to hand it, unless it is on its way already. */
  add(request: number, ordered: OrderedTransaction, nowMs: number): Submission | undefined {
    const known = this.waiting.get(ordered.digest);
    if (known !== undefined) {
      known.requests.add(request);
      return undefined;
    }
    const inputs = ownedInputs(ordered.transaction.data);
    const fresh: Waiting = {
      ordered,
      requests: new Set([request]),
      inputs: inputs.ok ? inputs.value.map(({ object_id: id }) => id) : [],
      tried: new Set(),
      holder: undefined,
      nextMs: nowMs + FINALITY_LIMITS.resubmitMs,
      deadlineMs: nowMs + FINALITY_LIMITS.giveUpMs,
      taken: false,
      verdicts: new Map(),
    };
    this.waiting.set(ordered.digest, fresh);
    this.index(fresh);
    this.dueAt(fresh, fresh.nextMs);
    return { ordered, tried: fresh.tried };
  }

  /** The transaction is with `holder` now. */
  handed(digest: Digest, holder: PeerId): void {
    const waiting = this.waiting.get(digest);
    if (waiting !== undefined) waiting.holder = holder;
  }

  /** A validator is gone: what it had is handed to the next, as it may never be heard of again. */
  lost(holder: PeerId, nowMs: number): void {
    for (const waiting of this.waiting.values()) {
      if (waiting.holder === holder) this.dueAt(waiting, nowMs);
    }
  }

  /** The client of `request` does not wait any more. */
  cancel(request: number): void {
    for (const waiting of this.waiting.values()) {
      if (waiting.requests.delete(request) && waiting.requests.size === 0) this.forget(waiting);
    }
  }

  /** Somebody took the transaction, or did not; returns answers when that settles it. */
  reply(
    digest: Digest,
    refusal: SubmitRefusal | undefined,
    nowMs: number,
    voice: Voice,
  ): NodeOutput[] {
    const waiting = this.waiting.get(digest);
    if (waiting === undefined) return [];
    if (voice.power === 0) {
      // It left the committee with the transaction, and has no say any more.
      if (waiting.holder === voice.peer) this.dueAt(waiting, nowMs + NODE_LIMITS.behindRetryMs);
      return [];
    }
    if (refusal === undefined) {
      waiting.taken = true;
      return [];
    }
    if (isVerdict(refusal, voice)) {
      return waiting.taken ? [] : this.weigh(waiting, refusal, nowMs, voice);
    }
    this.dueAt(waiting, nowMs + NODE_LIMITS.behindRetryMs);
    return [];
  }

  /** Another committee has the say: what members of the last one refused counts no more. */
  epochChanged(): void {
    for (const { verdicts } of this.waiting.values()) verdicts.clear();
  }

  /** A transaction is final. */
  executed(execution: FinalExecution): NodeOutput[] {
    const waiting = this.waiting.get(execution.executed.digest);
    return waiting === undefined ? [] : this.finish(waiting, { kind: "Executed", ...execution });
  }

  /** Answers those who wait to use one of `inputs`, which have changed, as `stale` says. */
  refuseStale(
    inputs: Iterable<ObjectId>,
    stale: (ordered: OrderedTransaction) => SubmitRefusal | undefined,
  ): NodeOutput[] {
    const answers: NodeOutput[] = [];
    for (const input of inputs) {
      for (const digest of this.byInput.get(input) ?? []) {
        const waiting = this.waiting.get(digest);
        const refusal = waiting && stale(waiting.ordered);
        if (waiting === undefined || refusal === undefined) continue;
        answers.push(...this.finish(waiting, { kind: "Refused", refusal }));
      }
    }
    return answers;
  }

  /** Gives up on what has waited too long and returns what to hand to the next validator. */
  tick(nowMs: number): { readonly submissions: Submission[]; readonly answers: NodeOutput[] } {
    const submissions: Submission[] = [];
    const answers: NodeOutput[] = [];
    if (nowMs < this.earliestMs) return { submissions, answers };
    this.earliestMs = Infinity;
    for (const waiting of this.waiting.values()) {
      if (waiting.deadlineMs <= nowMs) {
        answers.push(...this.finish(waiting, timedOut(waiting.ordered.digest)));
        continue;
      }
      if (waiting.nextMs <= nowMs) {
        waiting.nextMs = nowMs + FINALITY_LIMITS.resubmitMs;
        submissions.push({ ordered: waiting.ordered, tried: waiting.tried });
      }
      this.dueAt(waiting, waiting.nextMs);
    }
    return { submissions, answers };
  }

  private weigh(
    waiting: Waiting,
    refusal: SubmitRefusal,
    nowMs: number,
    voice: Voice,
  ): NodeOutput[] {
    waiting.verdicts.set(voice.peer, { refusal, power: voice.power });
    const same = [...waiting.verdicts.values()].filter(
      (one) => one.refusal.reason === refusal.reason,
    );
    const sum = same.reduce((total, one) => total + one.power, 0);
    if (voice.isOwn || sum >= VALIDITY_POWER)
      return this.finish(waiting, { kind: "Refused", refusal: loudest(same) });
    // One alone may lie. The next is asked when it can know of what holds the inputs.
    this.dueAt(waiting, nowMs + NODE_LIMITS.behindRetryMs);
    return [];
  }

  private dueAt(waiting: Waiting, atMs: number): void {
    waiting.nextMs = Math.min(atMs, waiting.nextMs);
    this.earliestMs = Math.min(this.earliestMs, waiting.nextMs, waiting.deadlineMs);
  }

  private index({ inputs, ordered }: Waiting): void {
    for (const input of inputs) {
      const users = this.byInput.get(input) ?? new Set();
      this.byInput.set(input, users.add(ordered.digest));
    }
  }

  private forget({ inputs, ordered }: Waiting): void {
    this.waiting.delete(ordered.digest);
    for (const input of inputs) {
      const users = this.byInput.get(input);
      users?.delete(ordered.digest);
      if (users?.size === 0) this.byInput.delete(input);
    }
  }

  private finish(waiting: Waiting, outcome: ExecuteOutcome): NodeOutput[] {
    this.forget(waiting);
    return [...waiting.requests].map((request) => ({ kind: "Answer", request, outcome }) as const);
  }
}

// What is used up elsewhere this node's own state will show, if it is so.
function isVerdict({ reason }: SubmitRefusal, { isOwn }: Voice): boolean {
  return reason === "Locked" || reason === "Invalid" || (reason === "Stale" && isOwn);
}

// Liars among those who give a reason may give false details of it.
function loudest(verdicts: readonly Verdict[]): SubmitRefusal {
  const [first, ...others] = verdicts;
  const most = others.reduce((a, b) => (b.power > a.power ? b : a), present(first, "a verdict"));
  return most.refusal;
}

function timedOut(digest: Digest): ExecuteOutcome {
  const detail = `timed out; digest ${formatDigest(digest)} may still execute`;
  return { kind: "Refused", refusal: { reason: "Timeout", detail } };
}
