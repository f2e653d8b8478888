/**
 * The delay between rounds with and without work.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Pace } from "../../src/consensus/pace.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";

function delayAfter(quietRounds: number): number {
  const pace = new Pace(CONSENSUS_LIMITS);
  pace.observe(100, true);
  pace.observe(100 + quietRounds, false);
  return pace.roundDelayMs;
}

describe("the pace of rounds", () => {
  test("is fifty milliseconds while there is work and for twenty rounds after", () => {
    expect([0, 1, 19, 20].map(delayAfter)).toEqual([50, 50, 50, 50]);
  });

  test("then halves with every round down to one a second", () => {
    expect([21, 22, 23, 24, 25, 26, 1_000].map(delayAfter)).toEqual([
      100, 200, 400, 800, 1_000, 1_000, 1_000,
    ]);
  });

  test("is back at once with work", () => {
    const pace = new Pace(CONSENSUS_LIMITS);
    pace.observe(500, false);
    expect(pace.roundDelayMs).toBe(1_000);
    pace.observe(500, true);
    expect(pace.roundDelayMs).toBe(50);
  });

  test("a leader has two tenths of a second more", () => {
    const pace = new Pace(CONSENSUS_LIMITS);
    expect(pace.leaderTimeoutMs).toBe(250);
    pace.observe(500, false);
    expect(pace.leaderTimeoutMs).toBe(1_200);
  });
});
