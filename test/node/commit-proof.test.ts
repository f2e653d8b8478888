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
import { ZERO_DIGEST } from "../../src/types/address.ts";
import { decodeSignedBlock, type SignedBlock } from "../../src/types/block.ts";
import { type Commit, commit as commitCodec } from "../../src/types/commit.ts";
import { chainOfCommits, votesOn } from "../consensus/commit-chain.ts";
import { testBlock, testCommittee } from "../consensus/fixtures.ts";

const committee = testCommittee(4);
const commits = chainOfCommits(10);

/** A storage with all commits and these votes. */
function storage(
  votes: readonly SignedBlock[],
  chain: readonly Commit[] = commits,
): Pick<NodeReader, "blocks" | "commits"> {
  return {
    commits: (_, first, count) =>
      chain.slice(first - 1, first - 1 + count).map((one) => encode(commitCodec, one)),
    blocks: (_, { above }, { blocksMax }) =>
      votes
        .filter(({ ref }) => ref.round > above[ref.author]!)
        .toSorted((left, right) => left.ref.round - right.ref.round)
        .slice(0, blocksMax)
        .map(({ bytes }) => bytes),
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

  test("finds votes that were cast some rounds later, below others that vote for nothing", () => {
    const idle = [4, 5, 6, 7, 8].flatMap((round) =>
      [0, 1, 2, 3].map((author) => testBlock(committee, { round, author })),
    );
    const votes = votesOn(committee, commits[1]!, [0, 1, 2]);
    const late = votes.map(({ block }) => testBlock(committee, { ...block, round: 9 }));
    expect(proofOf([...idle, ...late], 1, 2)).toEqual({ indexes: [1, 2], isCertified: true });
  });

  test("fits in a frame, however many blocks its commits name", () => {
    const ref = { round: 1, author: 0, digest: ZERO_DIGEST };
    const refs = Array.from({ length: 65_000 }, () => ref);
    const large = chainOfCommits(4, () => refs);
    const reader = storage(votesOn(committee, large[2]!, [0, 1, 2]), large);
    const proof = findProof(reader, committee, { first: 1, count: 4 });
    expect(proof.commits.map(({ index }) => index)).toEqual([1, 2, 3]);
  });

  test("is empty without votes, and for commits that do not exist", () => {
    expect(proofOf([], 3, 4)).toEqual({ indexes: [], isCertified: false });
    const votes = votesOn(committee, commits[9]!, [0, 1, 2]);
    expect(proofOf(votes, 11, 4).indexes).toEqual([]);
    expect(proofOf(votes, 8, 4_000_000_000).indexes).toEqual([8, 9, 10]);
  });
});
