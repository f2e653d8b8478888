/**
 * Own commits are voted for once; votes of others tell how far a quorum is.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { CommitVotes } from "../../src/consensus/commit-votes.ts";
import { type Digest, toDigest } from "../../src/types/address.ts";
import type { CommitRef } from "../../src/types/commit-ref.ts";
import { testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);

function digestOf(index: number): Digest {
  return toDigest(index.toString(16).padStart(64, "0"));
}

function commit(index: number): CommitRef {
  return { index, digest: digestOf(index) };
}

function votesAfter(count: number): CommitVotes {
  const votes = new CommitVotes(committee);
  for (let index = 1; index <= count; index++) votes.record(commit(index));
  return votes;
}

describe("commit votes", () => {
  test("are cast once, in order, so many at a time", () => {
    const votes = votesAfter(5);
    expect(votes.cast(3)).toEqual([1, 2, 3].map(commit));
    expect(votes.cast(3)).toEqual([4, 5].map(commit));
    expect(votes.cast(3)).toEqual([]);
    votes.record(commit(6));
    expect(votes.cast(3)).toEqual([commit(6)]);
  });

  test("that a former run cast are not cast again", () => {
    const votes = votesAfter(5);
    votes.recover([2, 3].map(commit));
    expect(votes.cast(9)).toEqual([4, 5].map(commit));
  });

  test("for commits long past are given up", () => {
    const votes = votesAfter(5_000);
    const cast = votes.cast(5_000);
    expect(cast.length).toBeLessThan(2_000);
    expect(cast.at(-1)).toEqual(commit(5_000));
  });

  test("say how far some honest authority is, whatever one alone claims", () => {
    const votes = votesAfter(0);
    expect(votes.reachedIndex).toBe(0);
    votes.observe(0, [7, 8, 9].map(commit));
    expect(votes.reachedIndex).toBe(0);
    votes.observe(1, [commit(4)]);
    expect(votes.reachedIndex).toBe(4);
    votes.observe(2, [commit(6)]);
    expect(votes.reachedIndex).toBe(6);
    votes.observe(1, [commit(2)]);
    expect(votes.reachedIndex).toBe(6);
  });

  test("that contradict an own commit are found", () => {
    const votes = votesAfter(5);
    expect(votes.observe(0, [4, 5, 6].map(commit))).toBeUndefined();
    const wrong = { index: 5, digest: digestOf(99) };
    expect(votes.observe(0, [commit(4), wrong])).toEqual(wrong);
  });
});
