/**
 * Showing one's commits to somebody who is far behind: from storage, with blocks of 2f+1 of the
 * voting power that vote for the last of them. Votes are cast in the first block after a commit, so
 * they stand a few rounds above its leader.
 *
 * @module
 */
import { totalLength } from "../base/bytes.ts";
import { decode } from "../bcs/schema.ts";
import { votesFor } from "../consensus/certified.ts";
import { StakeSet } from "../consensus/stake.ts";
import { decodeSignedBlock, type SignedBlock } from "../types/block.ts";
import { type Commit, commit as commitCodec, nameCommit } from "../types/commit.ts";
import type { Committee } from "../types/committee.ts";
import { FETCH_COMMITS_MAX } from "../types/message.ts";
import type { NodeReader } from "./io.ts";

/** Rounds above a leader that are searched for votes. */
const VOTE_ROUNDS = 16;

/** Bytes of the votes, and of the commits; both fit in a frame together. */
const VOTES_BYTES_MAX = 16_777_216;
const COMMITS_BYTES_MAX = 8_388_608;

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
  const commits = within(reader.commits(committee.epoch, first, wanted)).map(decoded);
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
  const voters = new StakeSet(committee);
  const votes: Uint8Array[] = [];
  for (const { bytes, block } of blocksAbove(reader, committee, last.leader.round + 1)) {
    if (voters.has(block.ref.author) || !votesFor(block, name)) continue;
    voters.add(block.ref.author);
    votes.push(bytes);
    if (voters.isQuorum) return totalLength(votes) <= VOTES_BYTES_MAX ? votes : undefined;
  }
  return undefined;
}

/** Blocks by round, no more rounds read than are looked at. */
function* blocksAbove(
  reader: ProofReader,
  { epoch, members }: Committee,
  round: number,
): Generator<{ readonly bytes: Uint8Array; readonly block: SignedBlock }> {
  const limits = { blocksMax: members.length, bytesMax: VOTES_BYTES_MAX };
  for (let offset = 0; offset < VOTE_ROUNDS; offset++) {
    const above = members.map(() => round + offset);
    for (const bytes of reader.blocks(epoch, { refs: [], above }, limits)) {
      const block = decodeSignedBlock(bytes);
      if (block.ok) yield { bytes, block: block.value };
    }
  }
}

/** The first of `commits` that fit in an answer. */
function within(commits: readonly Uint8Array[]): readonly Uint8Array[] {
  let size = 0;
  const end = commits.findIndex((bytes) => {
    size += bytes.length;
    return size > COMMITS_BYTES_MAX;
  });
  return end < 0 ? commits : commits.slice(0, end);
}

function decoded(bytes: Uint8Array): Commit {
  const commit = decode(commitCodec, bytes);
  if (!commit.ok) throw new Error(`a stored commit does not decode: ${commit.error.path}`);
  return commit.value;
}
