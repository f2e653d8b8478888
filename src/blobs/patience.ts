/**
 * How long a download is waited for. What comes buys time at the lowest speed that is put up with,
 * up to so much: a server may be slow, and may stall for a while, but neither for long.
 *
 * @module
 */
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { blobError } from "./failures.ts";

/** What a download may take. */
export type PatienceLimits = {
  /** The most time that is left at any moment, and what there is at the beginning. */
  readonly baseMs: number;
  readonly bytesPerSecondMin: number;
};

const MS_PER_SECOND = 1_000;

/** The patience with one download. */
export class Patience {
  private readonly limits: PatienceLimits;
  private left: number;

  constructor(limits: PatienceLimits) {
    this.limits = limits;
    this.left = limits.baseMs;
  }

  /** What is left of it. */
  get leftMs(): number {
    return Math.max(0, this.left);
  }

  /** Bytes came that were not here before. */
  earn(bytes: number): void {
    const { baseMs, bytesPerSecondMin } = this.limits;
    this.left = Math.min(baseMs, this.left + (bytes * MS_PER_SECOND) / bytesPerSecondMin);
  }

  /** Runs something that takes time of it, whatever becomes of that. */
  async during<T>(step: () => Promise<T>): Promise<T> {
    const startMs = SYSTEM_CLOCK.monotonicMs();
    try {
      return await step();
    } finally {
      this.left -= SYSTEM_CLOCK.monotonicMs() - startMs;
    }
  }

  /** The error when there is none left. */
  exhausted(): Error {
    const { bytesPerSecondMin } = this.limits;
    return blobError("blob_slow", `download is slower than ${bytesPerSecondMin} bytes a second`);
  }
}
