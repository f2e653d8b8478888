/**
 * Good, bad and slow authorities, and the stake that bounds them.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { NO_RANKS, ranksOf } from "../../src/consensus/ranks.ts";
import { testCommittee } from "./fixtures.ts";

describe("ranks", () => {
  test("without points there are none", () => {
    expect(ranksOf(testCommittee(4), [], 30)).toEqual(NO_RANKS);
  });

  test("the one far behind is bad, the best is good", () => {
    const ranks = ranksOf(testCommittee(4), [300, 290, 10, 280], 30);
    expect([...ranks.bad]).toEqual([2]);
    expect(ranks.good).toEqual([0]);
  });

  test("who is nearly as good as the best is not bad, even as the last", () => {
    expect([...ranksOf(testCommittee(4), [300, 290, 280, 270], 30).bad]).toEqual([]);
  });

  test("no more than the bound is bad, the worst first", () => {
    const points = [100, 100, 100, 100, 100, 100, 3, 2, 1, 4];
    const ranks = ranksOf(testCommittee(10), points, 30);
    expect(ranks.bad).toEqual(new Set([6, 7, 8]));
    expect(ranks.slow).toEqual(new Set([7, 8]));
    expect(ranks.good).toHaveLength(3);
  });

  test("an authority with more than the bound is neither good nor bad", () => {
    const committee = testCommittee(4, [4_000, 2_000, 2_000, 2_000]);
    const ranks = ranksOf(committee, [0, 100, 100, 100], 30);
    expect(ranks.bad.size).toBe(0);
    expect(ranksOf(committee, [100, 0, 90, 90], 30).good).toEqual([]);
  });

  test("among equals a draw decides, the same for everybody", () => {
    const points = [5, 5, 5, 5, 5, 5, 5];
    const [left, right] = [0, 1].map(() => ranksOf(testCommittee(7), points, 30));
    expect(left!.good).toEqual(right!.good);
    expect(left!.good).toHaveLength(2);
    expect(left!.bad.size).toBe(0);
  });
});
