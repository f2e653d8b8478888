/**
 * How fast rounds go. With work at hand an authority proposes 50 ms after its last block; after
 * twenty rounds without any the delay doubles from round to round up to a second, so that an idle
 * network hardly uses the machine. Work brings the pace back at once (PROTOCOL §3, idle rule).
 *
 * @module
 */
import type { ConsensusLimits } from "../protocol/limits.ts";

/** 2^16 times the shortest delay is longer than any network wants to sleep. */
const DOUBLINGS_MAX = 16;

/** The delay between rounds, by how long there has been nothing to do. */
export class Pace {
  private readonly limits: ConsensusLimits;
  private lastBusyRound = 0;
  private round = 0;

  constructor(limits: ConsensusLimits) {
    this.limits = limits;
  }

  /** Takes note of the clock's round and of whether there is work in it. */
  observe(round: number, busy: boolean): void {
    this.round = round;
    if (busy) this.lastBusyRound = round;
  }

  /** The least time between two own blocks. */
  get roundDelayMs(): number {
    const { roundDelayMs, idleRoundDelayMs, idleRoundsMin } = this.limits;
    const doublings = this.round - this.lastBusyRound - idleRoundsMin;
    if (doublings < 0) return roundDelayMs;
    return Math.min(idleRoundDelayMs, roundDelayMs << Math.min(doublings, DOUBLINGS_MAX));
  }

  /** How long the leader of the round before is waited for. */
  get leaderTimeoutMs(): number {
    return this.roundDelayMs + this.limits.leaderTimeoutExtraMs;
  }
}
