/**
 * Commits are certified when they are a chain and 2f+1 voted for the last.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { certify, votesFor } from "../../src/consensus/certified.ts";
import { nameCommit } from "../../src/types/commit.ts";
import { chainOfCommits, votesOn } from "./commit-chain.ts";
import { testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const commits = chainOfCommits(5);
const part = commits.slice(1, 4);

describe("certified commits", () => {
  test("are named when a quorum voted for the last of them", () => {
    const votes = votesOn(committee, part.at(-1)!, [0, 2, 3]);
    expect(certify({ commits: part, votes }, 2, committee)).toEqual(part.map(nameCommit));
  });

  test("need the votes of different authorities", () => {
    const votes = [0, 0, 3].flatMap((author) => votesOn(committee, part.at(-1)!, [author]));
    expect(certify({ commits: part, votes }, 2, committee)).toContain("voted for the last");
  });

  test("need votes for the last of them, and for its digest", () => {
    const before = votesOn(committee, part[1]!, [0, 1, 2, 3]);
    expect(certify({ commits: part, votes: before }, 2, committee)).toContain("0 voted");
    const other = { ...part.at(-1)!, timestamp_ms: 7n };
    const wrong = votesOn(committee, other, [0, 1, 2, 3]);
    expect(certify({ commits: part, votes: wrong }, 2, committee)).toContain("0 voted");
  });

  test("begin where they are asked to, without gaps, each naming the one before", () => {
    const votes = votesOn(committee, part.at(-1)!, [0, 1, 2]);
    expect(certify({ commits: part, votes }, 1, committee)).toContain("in place of 1");
    const gap = [part[0]!, part[2]!];
    expect(certify({ commits: gap, votes }, 2, committee)).toContain("in place of 3");
    const forked = [{ ...part[0]!, timestamp_ms: 7n }, ...part.slice(1)];
    expect(certify({ commits: forked, votes }, 2, committee)).toContain("does not follow");
  });

  test("none are certified by nothing", () => {
    expect(certify({ commits: [], votes: [] }, 2, committee)).toEqual([]);
    expect(votesFor(votesOn(committee, part[0]!, [1])[0]!, undefined)).toBe(false);
  });
});
