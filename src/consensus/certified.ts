/**
 * Certified commits: a chain of commits of which the last has been voted for by 2f+1 of the voting
 * power. A vote stands for all commits before it, because commits name each other by digests; so
 * the blocks they list are the right ones, whoever sends them.
 *
 * @module
 */
import type { SignedBlock } from "../types/block.ts";
import type { CommitRef } from "../types/commit-ref.ts";
import { type Commit, nameCommit } from "../types/commit.ts";
import type { Committee } from "../types/committee.ts";
import { StakeSet } from "./stake.ts";

/** What a peer shows of its commits. */
export type CommitProof = {
  /** Ascending and without gaps. */
  readonly commits: readonly Commit[];
  /** Blocks that vote for the last of them; their signatures are verified. */
  readonly votes: readonly SignedBlock[];
};

/** The names of `commits`, which begin at index `first`, or why they are not certified. */
export function certify(
  { commits, votes }: CommitProof,
  first: number,
  committee: Committee,
): readonly CommitRef[] | string {
  const names = commits.map(nameCommit);
  for (const [place, { index, previous_digest }] of commits.entries()) {
    if (index !== first + place) return `commit ${index} in place of ${first + place}`;
    const before = names[place - 1];
    if (before !== undefined && before.digest !== previous_digest) {
      return `commit ${index} does not follow the one before`;
    }
  }
  const last = names.at(-1);
  const voters = new StakeSet(committee);
  for (const vote of votes) if (votesFor(vote, last)) voters.add(vote.ref.author);
  return last === undefined || voters.isQuorum
    ? names
    : `${voters.power} voted for the last commit`;
}

/** Whether a block votes for exactly this commit. */
export function votesFor({ block }: SignedBlock, commit: CommitRef | undefined): boolean {
  return block.commit_votes.some(
    ({ index, digest }) => index === commit?.index && digest === commit.digest,
  );
}
