/**
 * Showing one's commits to somebody who is far behind: from storage, with blocks of 2f+1 of the
 * voting power that vote for the last of them. Votes are cast in the first block after a commit, so
 * they stand a few rounds above its leader.
 *
 * @module
 */
import { decode } from "../bcs/schema.ts";
import { votesFor } from "../consensus/certified.ts";
import { StakeSet } from "../consensus/stake.ts";
import { decodeSignedBlock } from "../types/block.ts";
import { type Commit, commit as commitCodec, nameCommit } from "../types/commit.ts";
import type { Committee } from "../types/committee.ts";
import { FETCH_COMMITS_MAX } from "../types/message.ts";
import type { NodeReader } from "./io.ts";

/** Rounds above a leader that are searched for votes, and bytes of blocks in all. */
const VOTE_ROUNDS = 16;
const VOTES_BYTES_MAX = 8_388_608;

/** Commits that are tried as the last one, from the end down. */
const TRIES = 4;

/** Nothing to show. */
export const NO_PROOF: StoredProof = { commits: [], votes: [] };

/** What of storage is read for it. */
type ProofReader = Pick<NodeReader, "blocks" | "commits">;

/** Commits and the blocks that certify the last of them; none of either if they do not exist. */
export type StoredProof = {
  readonly commits: readonly Commit[];
  readonly votes: readonly Uint8Array[];
};

/** What the storage of a node has of the commits asked for. */
export function findProof(
  reader: ProofReader,
  committee: Committee,
  { first, count }: { readonly first: number; readonly count: number },
): StoredProof {
  const wanted = Math.min(count, FETCH_COMMITS_MAX);
  const commits = reader.commits(committee.epoch, first, wanted).map(decoded);
  for (let tries = 0; tries < TRIES && tries < commits.length; tries++) {
    const part = commits.slice(0, commits.length - tries);
    const votes = findVotes(reader, committee, part.at(-1)!);
    if (votes !== undefined) return { commits: part, votes };
  }
  return NO_PROOF;
}

function findVotes(
  reader: ProofReader,
  committee: Committee,
  last: Commit,
): Uint8Array[] | undefined {
  const name = nameCommit(last);
  const above = committee.members.map(() => last.leader.round + 1);
  const limits = { blocksMax: VOTE_ROUNDS * above.length, bytesMax: VOTES_BYTES_MAX };
  const voters = new StakeSet(committee);
  const votes: Uint8Array[] = [];
  for (const bytes of reader.blocks(committee.epoch, { refs: [], above }, limits)) {
    const block = decodeSignedBlock(bytes);
    if (!block.ok || voters.has(block.value.ref.author) || !votesFor(block.value, name)) continue;
    voters.add(block.value.ref.author);
    votes.push(bytes);
    if (voters.isQuorum) return votes;
  }
  return undefined;
}

function decoded(bytes: Uint8Array): Commit {
  const commit = decode(commitCodec, bytes);
  if (!commit.ok) throw new Error(`a stored commit does not decode: ${commit.error.path}`);
  return commit.value;
}
