/**
 * The clock advances with quorums of accepted blocks and remembers when.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { ThresholdClock } from "../../src/consensus/threshold-clock.ts";
import { toDigest } from "../../src/types/address.ts";
import { type BlockRef } from "../../src/types/block.ts";
import { testCommittee } from "./fixtures.ts";

const DIGEST = toDigest("ab".repeat(32));

function ref(round: number, author: number): BlockRef {
  return { round, author, digest: DIGEST };
}

describe("the threshold clock", () => {
  test("advances with a quorum of one round", () => {
    const clock = new ThresholdClock(testCommittee(4));
    expect(clock.round).toBe(1);
    clock.add(ref(1, 0), 10);
    clock.add(ref(1, 0), 10);
    clock.add(ref(1, 1), 10);
    expect(clock.round).toBe(1);
    clock.add(ref(1, 3), 10);
    expect(clock.round).toBe(2);
  });

  test("ignores lower rounds", () => {
    const clock = new ThresholdClock(testCommittee(4));
    for (const author of [0, 1, 2]) clock.add(ref(1, author), 10);
    for (const author of [0, 1, 2, 3]) clock.add(ref(1, author), 10);
    expect(clock.round).toBe(2);
    clock.add(ref(2, 0), 10);
    expect(clock.round).toBe(2);
  });

  test("jumps to the round of a block that proves a quorum below it", () => {
    const clock = new ThresholdClock(testCommittee(4));
    clock.add(ref(1, 0), 10);
    clock.add(ref(7, 0), 10);
    expect(clock.round).toBe(7);
    clock.add(ref(7, 1), 10);
    clock.add(ref(7, 2), 10);
    expect(clock.round).toBe(8);
  });

  test("forgets who was counted for another round", () => {
    const clock = new ThresholdClock(testCommittee(4));
    clock.add(ref(1, 0), 10);
    clock.add(ref(1, 1), 10);
    clock.add(ref(2, 2), 10);
    clock.add(ref(2, 3), 10);
    expect(clock.round).toBe(2);
  });

  test("goes past a round at once when one authority is a quorum, also by a jump", () => {
    const clock = new ThresholdClock(testCommittee(2, [8_000, 2_000]));
    clock.add(ref(1, 0), 10);
    expect(clock.round).toBe(2);
    clock.add(ref(9, 0), 10);
    expect(clock.round).toBe(10);
  });

  test("remembers when each of the last three rounds came", () => {
    const clock = new ThresholdClock(testCommittee(1));
    clock.add(ref(1, 0), 100);
    clock.add(ref(2, 0), 200);
    clock.add(ref(3, 0), 300);
    expect([4, 3, 2].map((round) => clock.reachedMs(round))).toEqual([300, 200, 100]);
    clock.start(350);
    expect([4, 3, 2].map((round) => clock.reachedMs(round))).toEqual([350, 350, 350]);
    clock.add(ref(9, 0), 900);
    expect([10, 9, 8].map((round) => clock.reachedMs(round))).toEqual([900, 900, 900]);
  });
});
