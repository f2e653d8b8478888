/**
 * The threshold clock: the round in which an authority may propose, because a quorum has proposed
 * in the one before. It also remembers since when that has been so, which is what leader timeouts
 * count from.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { BlockRef } from "../types/block.ts";
import type { Committee } from "../types/committee.ts";
import { StakeSet } from "./stake.ts";

/** How many of the newest rounds the clock remembers the time of. */
export const CLOCK_MEMORY_ROUNDS: number = 3;

/** Advances with accepted blocks only, so a quorum below its round is always in the DAG. */
export class ThresholdClock {
  private readonly authors: StakeSet;
  private current = 1;
  /** When the current round became the clock's, then the same of the round before, and so on. */
  private readonly times: number[] = Array.from({ length: CLOCK_MEMORY_ROUNDS }, () => 0);

  constructor(committee: Committee) {
    this.authors = new StakeSet(committee);
  }

  /** The highest round below which a quorum of blocks is accepted. */
  get round(): number {
    return this.current;
  }

  /** When the clock first showed at least `round`, one of the newest three. */
  reachedMs(round: number): number {
    return present(this.times[this.current - round], "the time of a recent round");
  }

  /** Lets the time of the rounds so far count from now: a run begins. */
  start(nowMs: number): void {
    this.times.fill(nowMs);
  }

  /** Counts an accepted block. */
  add(ref: BlockRef, nowMs: number): void {
    if (ref.round < this.current) return;
    if (ref.round > this.current) {
      // The block's ancestors are accepted, a quorum of them in the round before it.
      this.advance(ref.round, nowMs);
    }
    this.authors.add(ref.author);
    if (this.authors.isQuorum) this.advance(ref.round + 1, nowMs);
  }

  private advance(round: number, nowMs: number): void {
    const steps = Math.min(round - this.current, CLOCK_MEMORY_ROUNDS);
    this.current = round;
    this.authors.clear();
    for (let step = 0; step < steps; step++) {
      this.times.unshift(nowMs);
      this.times.pop();
    }
  }
}
