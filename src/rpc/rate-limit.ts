/**
 * How often somebody may ask: a bucket of a second's worth of turns for each, filled evenly. Only
 * those who asked within the last second have a bucket, and there are at most so many.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";

const SECOND_MS = 1_000;
const BUCKETS_MAX = 10_000;

type Bucket = { turns: number; filledMs: number };

/** Turns by name. */
export class RateLimit {
  private readonly perSecond: number;
  private readonly clock: Clock;
  /** In order of last use. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(perSecond: number, clock: Clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** How many have a bucket. */
  get size(): number {
    return this.buckets.size;
  }

  /** Takes turns of `name`; false when it has not so many left. */
  take(name: string, turns: number = 1): boolean {
    const nowMs = this.clock.monotonicMs();
    const bucket = this.fill(name, nowMs);
    this.buckets.delete(name);
    this.makeRoom(nowMs);
    this.buckets.set(name, bucket);
    const price = Math.min(turns, this.perSecond);
    if (bucket.turns < price) return false;
    bucket.turns -= price;
    return true;
  }

  private fill(name: string, nowMs: number): Bucket {
    const bucket = this.buckets.get(name) ?? { turns: this.perSecond, filledMs: nowMs };
    const earned = ((nowMs - bucket.filledMs) / SECOND_MS) * this.perSecond;
    bucket.turns = Math.min(this.perSecond, bucket.turns + earned);
    bucket.filledMs = nowMs;
    return bucket;
  }

  // A bucket that nobody used for a second is full again, which is what none means.
  private makeRoom(nowMs: number): void {
    for (const [name, { filledMs }] of this.buckets) {
      if (filledMs + SECOND_MS > nowMs && this.buckets.size < BUCKETS_MAX) return;
      this.buckets.delete(name);
    }
  }
}
