/**
 * Chains of commits for tests, and blocks that vote for them.
 *
 * @module
 */
import { noReputation } from "../../src/consensus/reputation.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import type { BlockRef, SignedBlock } from "../../src/types/block.ts";
import { type Commit, nameCommit } from "../../src/types/commit.ts";
import type { Committee } from "../../src/types/committee.ts";
import { testBlock } from "./fixtures.ts";

/** `length` commits, each led by authority 0 in the round of its index. */
export function chainOfCommits(
  length: number,
  blocksOf: (index: number) => readonly BlockRef[] = () => [],
): Commit[] {
  const commits: Commit[] = [];
  for (let index = 1; index <= length; index++) {
    const before = commits.at(-1);
    commits.push({
      index,
      previous_digest: before === undefined ? ZERO_DIGEST : nameCommit(before).digest,
      timestamp_ms: BigInt(index),
      leader: { round: index, author: 0, digest: ZERO_DIGEST },
      leader_offset: 0,
      blocks: blocksOf(index),
      reputation: noReputation(4),
    });
  }
  return commits;
}

/** Blocks of `authors` that vote for `commit`, three rounds above its leader. */
export function votesOn(
  committee: Committee,
  commit: Commit,
  authors: readonly number[],
): SignedBlock[] {
  const commit_votes = [nameCommit(commit)];
  const round = commit.leader.round + 3;
  return authors.map((author) => testBlock(committee, { round, author, commit_votes }));
}
