/**
 * Blocks from the future: an author's clock may run ahead of ours. A block up to a minute early is
 * kept aside until it is nearly due; one further ahead, or too many of one author, are dropped and
 * may be fetched again (PROTOCOL §3, timestamps). This is local handling, never a verdict.
 *
 * @module
 */
import type { ConsensusLimits } from "../protocol/limits.ts";
import type { Digest } from "../types/address.ts";
import type { SignedBlock } from "../types/block.ts";

/** A received block and how it came. */
export type Arrival = {
  readonly signed: SignedBlock;
  readonly from: number;
  /** Whether we asked for it. */
  readonly fetched: boolean;
};

/** Blocks kept aside until they are due. */
export class EarlyBlocks {
  private readonly limits: ConsensusLimits;
  private readonly kept = new Map<Digest, Arrival>();

  constructor(limits: ConsensusLimits) {
    this.limits = limits;
  }

  /** Whether the block is kept aside. */
  holds(digest: Digest): boolean {
    return this.kept.has(digest);
  }

  /** When the first of the kept blocks is due. */
  get nextMs(): number | undefined {
    let next: number | undefined;
    for (const { signed } of this.kept.values()) {
      next = Math.min(this.dueMs(signed), next ?? Infinity);
    }
    return next;
  }

  /** Whether the block is not due yet; if so it is kept or, for lack of room, dropped. */
  defers(arrival: Arrival, nowMs: number): boolean {
    const { signed } = arrival;
    if (this.dueMs(signed) <= nowMs) return false;
    const { futureBlockMs, futureBlocksPerAuthorMax } = this.limits;
    const tooEarly = signed.block.timestamp_ms > BigInt(nowMs + futureBlockMs);
    if (!tooEarly && this.countOf(signed.ref.author) < futureBlocksPerAuthorMax) {
      this.kept.set(signed.ref.digest, arrival);
    }
    return true;
  }

  /** Removes and returns the blocks that are due, earliest first. */
  takeDue(nowMs: number): Arrival[] {
    const due = [...this.kept.values()].filter(({ signed }) => this.dueMs(signed) <= nowMs);
    for (const { signed } of due) this.kept.delete(signed.ref.digest);
    return due.sort((left, right) => this.dueMs(left.signed) - this.dueMs(right.signed));
  }

  private countOf(author: number): number {
    let count = 0;
    for (const { signed } of this.kept.values()) if (signed.ref.author === author) count++;
    return count;
  }

  /** Beyond 2^53 the number is rounded, which is still far beyond what is kept. */
  private dueMs(signed: SignedBlock): number {
    return Number(signed.block.timestamp_ms) - this.limits.futureToleranceMs;
  }
}
