/**
 * What a node shows of its commits to somebody who is far behind.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { encode } from "../../src/bcs/schema.ts";
import { certify } from "../../src/consensus/certified.ts";
import { findProof } from "../../src/node/commit-proof.ts";
import type { NodeReader } from "../../src/node/io.ts";
import { decodeSignedBlock, type SignedBlock } from "../../src/types/block.ts";
import { commit as commitCodec } from "../../src/types/commit.ts";
import { chainOfCommits, votesOn } from "../consensus/commit-chain.ts";
import { testCommittee } from "../consensus/fixtures.ts";

const committee = testCommittee(4);
const commits = chainOfCommits(10);

/** A storage with all commits and these votes. */
function storage(votes: readonly SignedBlock[]): Pick<NodeReader, "blocks" | "commits"> {
  return {
    commits: (_, first, count) =>
      commits.slice(first - 1, first - 1 + count).map((one) => encode(commitCodec, one)),
    blocks: (_, { above }) =>
      votes.filter(({ ref }) => ref.round > above[ref.author]!).map(({ bytes }) => bytes),
  };
}

function proofOf(
  votes: readonly SignedBlock[],
  first: number,
  count: number,
): { readonly indexes: readonly number[]; readonly isCertified: boolean } {
  const proof = findProof(storage(votes), committee, { first, count });
  const shown = proof.votes.map((bytes) => {
    const decoded = decodeSignedBlock(bytes);
    if (!decoded.ok) throw new Error("a vote");
    return decoded.value;
  });
  const names = certify({ commits: proof.commits, votes: shown }, first, committee);
  const isCertified = typeof names !== "string" && names.length > 0;
  return { indexes: proof.commits.map(({ index }) => index), isCertified };
}

describe("a proof of commits", () => {
  test("ends with a commit that a quorum voted for", () => {
    const votes = votesOn(committee, commits[5]!, [0, 1, 2, 3]);
    expect(proofOf(votes, 3, 4)).toEqual({ indexes: [3, 4, 5, 6], isCertified: true });
  });

  test("is cut where votes are missing", () => {
    const votes = [
      ...votesOn(committee, commits[4]!, [0, 1, 2]),
      ...votesOn(committee, commits[5]!, [0, 1]),
    ];
    expect(proofOf(votes, 3, 4)).toEqual({ indexes: [3, 4, 5], isCertified: true });
  });

  test("is empty without votes, and for commits that do not exist", () => {
    expect(proofOf([], 3, 4)).toEqual({ indexes: [], isCertified: false });
    const votes = votesOn(committee, commits[9]!, [0, 1, 2]);
    expect(proofOf(votes, 11, 4).indexes).toEqual([]);
    expect(proofOf(votes, 8, 4_000_000_000).indexes).toEqual([8, 9, 10]);
  });
});
