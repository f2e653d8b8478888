/**
 * Counting voting power: quorums, values reached, medians.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  medianByStake,
  powerOf,
  quorumValue,
  StakeSet,
  validityValue,
} from "../../src/consensus/stake.ts";
import { testCommittee } from "./fixtures.ts";

describe("a stake set", () => {
  test("counts an authority once", () => {
    const set = new StakeSet(testCommittee(4));
    set.add(1);
    set.add(1);
    expect(set.power).toBe(2_500);
    expect(set.has(1)).toBe(true);
    expect(set.has(0)).toBe(false);
  });

  test("is a quorum from 6,667 on", () => {
    const set = new StakeSet(testCommittee(3, [6_666, 1, 3_333]));
    set.add(0);
    expect(set.isQuorum).toBe(false);
    set.add(1);
    expect(set.isQuorum).toBe(true);
    set.clear();
    expect(set.power).toBe(0);
    expect(set.isQuorum).toBe(false);
  });

  test("two of three equal authorities are no quorum", () => {
    const set = new StakeSet(testCommittee(3));
    set.add(1);
    set.add(2);
    expect(set.power).toBe(6_666);
    expect(set.isQuorum).toBe(false);
  });
});

describe("a value reached by stake", () => {
  test("is what 2f+1 or f+1 have reached", () => {
    const committee = testCommittee(4);
    expect(quorumValue(committee, [10, 7, 9, 1])).toBe(7);
    expect(validityValue(committee, [10, 7, 9, 1])).toBe(9);
  });

  test("one liar cannot raise it", () => {
    const committee = testCommittee(4);
    expect(validityValue(committee, [4_000_000_000, 7, 7, 7])).toBe(7);
  });

  test("goes by power and not by heads", () => {
    const committee = testCommittee(4, [7_000, 1_000, 1_000, 1_000]);
    expect(quorumValue(committee, [3, 9, 9, 9])).toBe(3);
    expect(powerOf(committee, 0)).toBe(7_000);
  });
});

describe("the median by stake", () => {
  const stamps = (times: readonly number[]) =>
    times.map((time, author) => ({ author, timestampMs: BigInt(time) }));

  test("of an odd count is the one in the middle", () => {
    expect(medianByStake(testCommittee(5), stamps([50, 10, 30, 20, 40]))).toBe(30n);
  });

  test("of an even count is the upper one", () => {
    expect(medianByStake(testCommittee(4), stamps([40, 10, 30, 20]))).toBe(30n);
  });

  test("is where half of the power of those present is passed", () => {
    const committee = testCommittee(4, [5_000, 2_000, 2_000, 1_000]);
    expect(medianByStake(committee, stamps([100, 1, 2, 3]))).toBe(100n);
    expect(medianByStake(committee, stamps([100, 1, 2]).slice(1))).toBe(2n);
  });

  test("of nothing is nothing", () => {
    expect(medianByStake(testCommittee(4), [])).toBeUndefined();
  });
});
