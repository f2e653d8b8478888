/**
 * Blocks with timestamps ahead of the clock are handled at once, kept or dropped.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Arrival, EarlyBlocks } from "../../src/consensus/early-blocks.ts";
import { limitsWith, testBlock, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const limits = limitsWith({
  futureToleranceMs: 500,
  futureBlockMs: 60_000,
  futureBlocksPerAuthorMax: 2,
});
const NOW = 1_000_000;

function arrival(aheadMs: number, author: number = 0): Arrival {
  const timestamp_ms = BigInt(NOW + aheadMs);
  return {
    signed: testBlock(committee, { round: 1, author, timestamp_ms }),
    from: 0,
    fetched: false,
  };
}

describe("blocks from the future", () => {
  test("up to half a second ahead are handled at once", () => {
    const early = new EarlyBlocks(limits);
    expect(early.defers(arrival(-5_000), NOW)).toBe(false);
    expect(early.defers(arrival(500), NOW)).toBe(false);
    expect(early.nextMs).toBeUndefined();
  });

  test("further ahead are kept until they are nearly due", () => {
    const early = new EarlyBlocks(limits);
    const one = arrival(501);
    expect(early.defers(one, NOW)).toBe(true);
    expect(early.holds(one.signed.ref.digest)).toBe(true);
    expect(early.nextMs).toBe(NOW + 1);
    expect(early.takeDue(NOW)).toEqual([]);
    expect(early.takeDue(NOW + 1)).toEqual([one]);
    expect(early.holds(one.signed.ref.digest)).toBe(false);
    expect(early.takeDue(NOW + 1)).toEqual([]);
  });

  test("come back in the order of their time", () => {
    const early = new EarlyBlocks(limits);
    const [late, soon] = [arrival(9_000), arrival(3_000, 1)];
    early.defers(late, NOW);
    early.defers(soon, NOW);
    expect(early.nextMs).toBe(NOW + 2_500);
    expect(early.takeDue(NOW + 60_000)).toEqual([soon, late]);
  });

  test("more than a minute ahead are dropped", () => {
    const early = new EarlyBlocks(limits);
    const kept = arrival(60_000);
    const dropped = arrival(60_001);
    expect(early.defers(kept, NOW)).toBe(true);
    expect(early.defers(dropped, NOW)).toBe(true);
    expect(early.holds(kept.signed.ref.digest)).toBe(true);
    expect(early.holds(dropped.signed.ref.digest)).toBe(false);
  });

  test("at the end of time are dropped as well", () => {
    const early = new EarlyBlocks(limits);
    const timestamp_ms = 0xffff_ffff_ffff_ffffn;
    const signed = testBlock(committee, { round: 1, author: 0, timestamp_ms });
    expect(early.defers({ signed, from: 0, fetched: true }, NOW)).toBe(true);
    expect(early.nextMs).toBeUndefined();
  });

  test("have little room for each author", () => {
    const early = new EarlyBlocks(limits);
    const third = arrival(3_000);
    early.defers(arrival(1_000), NOW);
    early.defers(arrival(2_000), NOW);
    expect(early.defers(third, NOW)).toBe(true);
    expect(early.holds(third.signed.ref.digest)).toBe(false);
    const other = arrival(3_000, 1);
    early.defers(other, NOW);
    expect(early.holds(other.signed.ref.digest)).toBe(true);
  });
});
